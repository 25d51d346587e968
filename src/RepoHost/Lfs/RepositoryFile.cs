using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>An entry of a repository and, if its blob is a pointer, the LFS object that it stands for.</summary>
internal sealed record RepositoryFile(GitEntry Entry, LfsPointer? Lfs)
{
    /// <summary>Size of the content that a download brings.</summary>
    public long Size => Lfs?.Size ?? Entry.Size;
}
