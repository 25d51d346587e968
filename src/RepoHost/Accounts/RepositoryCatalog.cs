using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum CreateRepositoryOutcome
{
    Created,
    BadName,

    /// <summary>Another repository has the name, in this or another letter case; it is in the result.</summary>
    Exists,
    NoSuchNamespace,
}

internal sealed record CreateRepositoryResult(CreateRepositoryOutcome Outcome, RepositoryRecord? Repository, string Message);

internal enum MoveRepositoryOutcome
{
    Moved,
    BadName,
    Exists,
    NoSuchNamespace,
    NoSuchRepository,
}

internal sealed class RepositoryCatalog
{
    public ValueTask<RepositoryRecord?> FindAsync(RepositoryType type, string @namespace, string name, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask<RepositoryRecord?> FindByIdAsync(string repositoryId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Only the row; its content is the caller's to make, and the row's to delete if that fails.</summary>
    public Task<CreateRepositoryResult> CreateAsync(RepositoryType type, string @namespace, string name, string createdById, bool isPrivate, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <returns>False when there is no such repository.</returns>
    public Task<bool> DeleteAsync(string repositoryId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<MoveRepositoryOutcome> MoveAsync(string repositoryId, string @namespace, string name, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Changes the row under a new version; null when there is no such repository.</summary>
    public Task<RepositoryRecord?> UpdateAsync(string repositoryId, Action<Repository> change, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<RepositoryPage> ListAsync(RepositoryQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();
}
