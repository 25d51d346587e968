using Microsoft.Win32.SafeHandles;

namespace RepoHost.Git;

/// <summary>One bare repository, read-only. Thread-safe; null means not found, a broken repository throws <see cref="GitCorruptException"/>.</summary>
internal sealed class GitRepository(string id, string folder)
{
    public string Id { get; } = id;

    /// <summary>The bare repository's folder, for the git program.</summary>
    public string Folder { get; } = folder;

    public string DefaultBranch => throw new NotImplementedException();
    public GitOid? DefaultBranchTip() => throw new NotImplementedException();
    public GitOid? ResolveRevision(RevisionName revision) => throw new NotImplementedException();
    public (RevisionName Revision, GitOid Commit, TreePath Path)? SplitRevisionAndPath(IReadOnlyList<string> decodedPieces) => throw new NotImplementedException();
    public GitRefs Refs() => throw new NotImplementedException();

    public GitEntry? Find(GitOid commit, TreePath path) => throw new NotImplementedException();
    public IReadOnlyList<GitEntry>? List(GitOid commit, TreePath folder) => throw new NotImplementedException();
    public IEnumerable<GitEntry> Walk(GitOid commit, TreePath folder, TreePath? after = null, bool recursive = true) => throw new NotImplementedException();

    public long BlobSize(GitOid blob) => throw new NotImplementedException();
    public ReadOnlyMemory<byte>? ReadSmallBlob(GitOid blob) => throw new NotImplementedException();
    public BlobContent OpenLargeBlob(GitOid blob) => throw new NotImplementedException();
    public Task<SafeFileHandle> OpenBlobFileAsync(GitOid blob, CancellationToken cancellationToken) => throw new NotImplementedException();

    public GitCommit ReadCommit(GitOid commit) => throw new NotImplementedException();
    public IReadOnlyList<GitCommit> Commits(GitOid from, int skip, int take) => throw new NotImplementedException();
    public int CountCommits(GitOid from) => throw new NotImplementedException();
    public IReadOnlyDictionary<TreePath, GitCommit> LastCommits(GitOid commit, IReadOnlyCollection<TreePath> paths) => throw new NotImplementedException();
}
