namespace RepoHost.Gating.Commits;

/// <summary>What the commit API takes.</summary>
internal sealed class UploadOptions
{
    public const string Section = "Uploads";

    /// <summary>Up to this size a file may come inside the commit from clients that would otherwise look for Xet storage. Default 256 MB.</summary>
    public long InlineBytes { get; set; } = 256_000_000;

    /// <summary>The largest body of one commit. Default 4 GB.</summary>
    public long LargestCommitBytes { get; set; } = 4_000_000_000;

    /// <summary>What one request may cost in matching paths against patterns, in steps of one or two nanoseconds (<see cref="Lfs.GlobWork"/>). Default 25,000,000.</summary>
    public int PatternSteps { get; set; } = 25_000_000;

    /// <summary>How many files one commit of the commit API may write, link and delete. Default 25,000.</summary>
    public int MostOperations { get; set; } = 25_000;
}
