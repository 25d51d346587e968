namespace RepoHost.Git;

/// <summary>What tells one version of a file from the next without reading it. On Linux inode and change time belong to it too.</summary>
internal readonly record struct FileStamp(long Length, long Modified, long Changed, ulong Inode, DateTime ModifiedAt);
