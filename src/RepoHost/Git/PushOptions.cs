namespace RepoHost.Git;

/// <summary>What may be pushed and committed.</summary>
internal sealed class PushOptions
{
    public const string Section = "Pushes";

    /// <summary>The largest file that Git itself keeps; larger ones go to LFS. Default 10 MB, the Hub's rule.</summary>
    public long LargestFileBytes { get; set; } = 10_000_000;

    /// <summary>The largest pack that one push may bring. Default 10 GB.</summary>
    public long LargestPackBytes { get; set; } = 10_000_000_000;
}
