namespace RepoHost.Git;

/// <summary><paramref name="Title"/> is the first line, <paramref name="Message"/> the rest (contract 4.5).</summary>
internal sealed record GitCommit(
    GitOid Id, string Title, string Message, string AuthorName, string AuthorEmail, DateTimeOffset Date, IReadOnlyList<GitOid> Parents);
