namespace RepoHost.Data;

/// <summary>A proposed change: its commits hang on <c>refs/pr/N</c>; this row says who proposed it, and for which branch.</summary>
internal sealed class PullRequest
{
    public required string RepositoryId { get; set; }

    /// <summary>Counted from 1 within the repository.</summary>
    public int Number { get; set; }
    public required string AuthorId { get; set; }

    /// <summary>One line.</summary>
    public required string Title { get; set; }

    /// <summary>The branch it asks to change, without <c>refs/heads/</c>.</summary>
    public required string BaseBranch { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
