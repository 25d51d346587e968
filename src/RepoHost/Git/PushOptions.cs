namespace RepoHost.Git;

/// <summary>What may be pushed and committed.</summary>
internal sealed class PushOptions
{
    public const string Section = "Pushes";

    /// <summary>The largest file that Git itself keeps; larger ones go to LFS. Default 10 MB, the Hub's rule.</summary>
    public long LargestFileBytes { get; set; } = 10_000_000;

    /// <summary>The largest pack that one push may bring. Default 10 GB.</summary>
    public long LargestPackBytes { get; set; } = 10_000_000_000;

    /// <summary>
    /// What the objects of one push may have together once they are unpacked, beside a hundred times what was sent: deltas and compression can make gigabytes of some
    /// kilobytes. Default 2 GB.
    /// </summary>
    public long UnpackedBytes { get; set; } = 2_000_000_000;

    /// <summary>In how many folders a new file may lie, one inside the other. Default 100.</summary>
    public int DeepestPath { get; set; } = 100;

    /// <summary>How many branches and tags one push may make. Default 2,000.</summary>
    public int NewRefs { get; set; } = 2_000;

    /// <summary>How many branches and tags a repository may have, and as many pull requests beside them. Default 20,000.</summary>
    public int MostRefs { get; set; } = 20_000;
}
