namespace RepoHost.Git;

/// <summary>Limits of fetches, pushes and commits.</summary>
internal sealed class GitHttpOptions
{
    public const string Section = "GitHttp";

    /// <summary>
    /// How many fetches run at once, and as many pushes and commits beside them; each is a process of its own. One person, or one network without a token, has
    /// a quarter of them at most, and a quarter is kept for those who have none. 0: four for each processor, eight at least.
    /// </summary>
    public int Sessions { get; set; }

    /// <summary>How long one fetch, push or commit may take.</summary>
    public int SessionMinutes { get; set; } = 120;

    /// <summary>How long a request waits for its turn before it is told to come back later.</summary>
    public int QueueSeconds { get; set; } = 30;

    /// <summary>
    /// How many bytes of disk the bodies of pushes, commits and forms may take while they are received, and packs that are sent to slow readers. One caller has a quarter of it at
    /// most, which is also the largest body. Default 40 GB.
    /// </summary>
    public long SpoolBytes { get; set; } = 40_000_000_000;
}
