namespace RepoHost.SmartHttp;

/// <summary>Limits of git over HTTP.</summary>
internal sealed class GitHttpOptions
{
    public const string Section = "GitHttp";

    /// <summary>How many fetches and pushes run at once; each is a process of its own. 0: four for each processor, eight at least.</summary>
    public int Sessions { get; set; }

    /// <summary>How long one fetch or push may take.</summary>
    public int SessionMinutes { get; set; } = 120;

    /// <summary>How long a request waits for its turn before it is told to come back later.</summary>
    public int QueueSeconds { get; set; } = 30;
}
