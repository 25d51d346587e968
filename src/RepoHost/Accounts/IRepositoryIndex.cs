namespace RepoHost.Accounts;

/// <summary>Reads what lists show of a repository and writes it into the database; the room that knows cards does it.</summary>
internal interface IRepositoryIndex
{
    /// <summary>
    /// To be called when a repository has got its content, by callers that don't hold its lock. What fails is logged and made up for later: the content is there all
    /// the same.
    /// </summary>
    Task IndexAsync(string repositoryId, CancellationToken cancellationToken);
}
