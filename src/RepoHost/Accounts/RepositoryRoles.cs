namespace RepoHost.Accounts;

internal sealed class RepositoryRoles
{
    /// <param name="userId">Null is nobody.</param>
    public ValueTask<RepositoryRole> FindAsync(RepositoryRecord repository, string? userId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
