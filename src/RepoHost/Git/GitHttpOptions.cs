namespace RepoHost.Git;

/// <summary>Limits of fetches, pushes and commits.</summary>
internal sealed class GitHttpOptions
{
    public const string Section = "GitHttp";

    /// <summary>
    /// How many fetches run at once, and as many pushes and commits beside them; each is a process of its own. One person, or one address without a token, has
    /// half of them at most. 0: four for each processor, eight at least.
    /// </summary>
    public int Sessions { get; set; }

    /// <summary>How long one fetch, push or commit may take.</summary>
    public int SessionMinutes { get; set; } = 120;

    /// <summary>How long a request waits for its turn before it is told to come back later.</summary>
    public int QueueSeconds { get; set; } = 30;
}
