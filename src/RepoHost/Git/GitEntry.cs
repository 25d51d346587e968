namespace RepoHost.Git;

/// <summary>What stands at a path of a commit. <paramref name="Size"/> is that of the blob, 0 for directories and submodules.</summary>
internal sealed record GitEntry(GitEntryKind Kind, GitOid Oid, TreePath Path, long Size)
{
    /// <summary>Something with bytes of its own here. A symlink is its text: it is never followed (threat 40).</summary>
    public bool IsBlob => Kind is GitEntryKind.File or GitEntryKind.Executable or GitEntryKind.Symlink;
}
