namespace RepoHost.Git;

/// <summary>A change of one ref. It happens only if the ref still is where <paramref name="Old"/> says.</summary>
/// <param name="FullName"><c>refs/heads/main</c>.</param>
/// <param name="Old">Null: the ref must not exist.</param>
/// <param name="New">Null: the ref is deleted.</param>
internal sealed record RefUpdate(string FullName, GitOid? Old, GitOid? New);

internal enum RefUpdateOutcome
{
    Done,

    /// <summary>A ref is not where it was said to be: somebody else was faster. Nothing was changed.</summary>
    Moved,

    /// <summary>A ref's name can't be beside another's: <c>refs/heads/a</c> and <c>refs/heads/a/b</c>. Nothing was changed.</summary>
    NameTaken,
}
