using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Accounts.Limits;

/// <summary>Counts on the disk what a repository holds, so that what a killed process left uncounted, or a roll-up made smaller, does not stay wrong.</summary>
internal sealed class StorageRecount(IDbContextFactory<RepoHostDb> databases, GitRepositories repositories, TimeProvider time)
{
    private const int AtOnce = 500;

    /// <summary>
    /// Holds the repository's lock, so that no write is counted twice or not at all. Throws <see cref="RepositoryBusyException"/> when others hold it for long.
    /// </summary>
    /// <returns>False when it is gone.</returns>
    public async Task<bool> CountAsync(string repositoryId, CancellationToken cancellationToken)
    {
        var folder = repositories.PathOf(repositoryId);
        using var held = await RepositoryLock.TryAcquireAsync(folder, cancellationToken);
        if (held is null)
            return false;
        var bytes = ObjectFiles.SizeOf(folder);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.Repositories.AnyAsync(r => r.Id == repositoryId, cancellationToken))
            return false;
        var lfs = await db.LfsObjects.Where(o => o.RepositoryId == repositoryId).SumAsync(o => o.Size, cancellationToken);
        var now = time.GetUtcNow();
        await StorageLimits.AddAsync(db, repositoryId, 0, 0, null, cancellationToken);
        await db.RepositoryUsage.Where(u => u.RepositoryId == repositoryId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.GitBytes, bytes).SetProperty(u => u.LfsBytes, lfs).SetProperty(u => u.CountedAt, now), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Repositories that were never counted, or not since <paramref name="since"/>; some of them, if there are many.</summary>
    /// <param name="after">The last id of the call before.</param>
    public async Task<IReadOnlyList<string>> DueAsync(DateTimeOffset since, string? after, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Repositories
            .Where(r => (after == null || string.Compare(r.Id, after) > 0) && !db.RepositoryUsage.Any(u => u.RepositoryId == r.Id && u.CountedAt >= since))
            .OrderBy(r => r.Id).Select(r => r.Id).Take(AtOnce).ToListAsync(cancellationToken);
    }
}
