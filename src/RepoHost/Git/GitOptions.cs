namespace RepoHost.Git;

internal sealed class GitOptions
{
    /// <summary>Folder of the bare repositories. No default: it lies in the data directory.</summary>
    public string RootFolder { get; set; } = "";

    /// <summary>Folder in which large blobs are kept as plain files. No default: it lies in the data directory. Everything in it can be made again.</summary>
    public string SpillFolder { get; set; } = "";

    /// <summary>Folder of transfers under way. No default: it lies in the data directory. What is in it when the server starts is removed.</summary>
    public string SpoolFolder { get; set; } = "";

    /// <summary>How many bytes of plain files <see cref="SpillFolder"/> may hold; the ones not used for longest go first.</summary>
    public long SpillBytes { get; set; } = 20L << 30;

    /// <summary>How many open libgit2 handles are kept for reuse, over all repositories.</summary>
    public int HandlePoolSize { get; set; } = 64;

    /// <summary>Memory for trees, small blobs, commits and looked-up paths, over all repositories.</summary>
    public long CacheBytes { get; set; } = 256L << 20;
}
