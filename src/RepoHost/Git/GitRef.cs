namespace RepoHost.Git;

/// <summary>A ref and the commit it points at; annotated tags are peeled.</summary>
internal sealed record GitRef(string Name, string FullName, GitOid Target);

internal sealed record GitRefs(
    IReadOnlyList<GitRef> Branches, IReadOnlyList<GitRef> Tags, IReadOnlyList<GitRef> Converts, IReadOnlyList<GitRef> PullRequests);
