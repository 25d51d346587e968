namespace RepoHost.Git;

/// <summary>A file as a commit is to hold it.</summary>
/// <param name="Mode">As git writes it: <c>100644</c>.</param>
internal sealed record TreeFile(TreePath Path, string Mode, GitOid Blob);
