namespace RepoHost.Git;

internal enum ObjectKeyKind
{
    Commit,
    Tree,
    Size,
    SmallBlob,
    Entry,
    PeeledTag,
    CommitCount,
    LastCommit,
}

/// <summary>A key of the shared cache. It names the repository: an object is only ever found through a repository that holds it (threat 12).</summary>
internal readonly record struct ObjectKey(ObjectKeyKind Kind, long Repository, GitOid Oid, string? Path = null);
