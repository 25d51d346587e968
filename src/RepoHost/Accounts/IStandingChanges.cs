namespace RepoHost.Accounts;

/// <summary>
/// Is told when something has changed that access depends on: a membership, a disabled account, a repository's owner or settings. The gate's cache may live
/// outside this machine, where stamps are not seen.
/// </summary>
internal interface IStandingChanges
{
    /// <summary>Returns when no decision from before the change can be used any more. Called after the commit and before the answer.</summary>
    /// <param name="repositoryId">Null: at every repository.</param>
    /// <param name="userId">Null: everybody.</param>
    /// <param name="version">The <see cref="Data.ChangeCounter"/> value of the change.</param>
    Task PublishAsync(string? repositoryId, string? userId, long version);
}
