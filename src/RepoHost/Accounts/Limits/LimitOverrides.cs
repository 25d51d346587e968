using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts.Limits;

/// <summary>A limit to set.</summary>
/// <param name="Value">Null goes back to the server's default; <see cref="RepositoryUsage.NoLimit"/> is no limit.</param>
internal readonly record struct LimitChange(long? Value);

/// <summary>Limits of single people, organizations and repositories. They hold for the next request, since they are read whenever something is added.</summary>
internal sealed class LimitOverrides(IDbContextFactory<RepoHostDb> databases)
{
    /// <param name="bytes">Null leaves it as it is; likewise <paramref name="repositories"/>.</param>
    /// <returns>False when there is no such person, or it is a machine, which owns nothing.</returns>
    public async Task<bool> SetForUserAsync(string name, LimitChange? bytes, LimitChange? repositories, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var user = await db.Users.FirstOrDefaultAsync(
            u => u.OwnerOrganizationId == null && db.Namespaces.Any(n => n.Key == key && n.UserId == u.Id), cancellationToken);
        if (user is null)
            return false;
        user.BytesLimit = bytes is { } newBytes ? newBytes.Value : user.BytesLimit;
        user.RepositoriesLimit = repositories is { } newCount ? newCount.Value : user.RepositoriesLimit;
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <param name="bytes">Null leaves it as it is; likewise <paramref name="repositories"/>.</param>
    /// <returns>False when there is no such organization.</returns>
    public async Task<bool> SetForOrganizationAsync(string name, LimitChange? bytes, LimitChange? repositories, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var organization = await db.Organizations.FirstOrDefaultAsync(
            o => o.DeletedAt == null && db.Namespaces.Any(n => n.Key == key && n.OrganizationId == o.Id), cancellationToken);
        if (organization is null)
            return false;
        organization.BytesLimit = bytes is { } newBytes ? newBytes.Value : organization.BytesLimit;
        organization.RepositoriesLimit = repositories is { } newCount ? newCount.Value : organization.RepositoriesLimit;
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <returns>False when it is gone.</returns>
    public async Task<bool> SetForRepositoryAsync(string repositoryId, LimitChange bytes, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.Repositories.AnyAsync(r => r.Id == repositoryId, cancellationToken))
            return false;
        await StorageLimits.AddAsync(db, repositoryId, 0, 0, null, cancellationToken);
        await db.RepositoryUsage.Where(u => u.RepositoryId == repositoryId)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.BytesLimit, bytes.Value), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }
}
