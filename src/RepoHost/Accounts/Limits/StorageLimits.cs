using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Accounts.Limits;

/// <summary>
/// What repositories hold, against what they may. Limits are read from the database whenever they are asked, so that one that was changed from the command line
/// holds for the next request. What is added is counted in one transaction with the look at the limits: SQLite has one writer at a time, so of two that fit only
/// alone, one is refused.
/// </summary>
internal sealed class StorageLimits(IDbContextFactory<RepoHostDb> databases, IOptions<LimitsOptions> options, StorageReservations reservations) : IDisposable
{
    private readonly SemaphoreSlim reserving = new(1, 1);

    /// <summary>How a repository stands now, with the uploads on their way. Null when it is gone.</summary>
    /// <param name="proposerId">A person who may not write to it; null for those who may.</param>
    public async Task<StorageStanding?> FindAsync(string repositoryId, string? proposerId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(db, repositoryId, proposerId, (id, owner) => reservations.Held(id, owner, proposerId), cancellationToken);
    }

    /// <summary>Counts what Git is about to keep. If that is not reached afterwards, the next count on the disk takes it back.</summary>
    /// <returns>Null when it fits and is counted.</returns>
    public async Task<StorageFault?> ChargeGitAsync(string repositoryId, string? proposerId, long bytes, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await ChargeAsync(db, repositoryId, proposerId, bytes, 0, cancellationToken) is { } fault)
            return fault;
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    /// <summary>Counts within the caller's transaction, which has to end without a commit when there is a fault.</summary>
    public async Task<StorageFault?> ChargeAsync(
        RepoHostDb db, string repositoryId, string? proposerId, long gitBytes, long lfsBytes, CancellationToken cancellationToken)
    {
        var bytes = gitBytes + lfsBytes;
        if (await ReadAsync(db, repositoryId, proposerId, null, cancellationToken) is { } standing && standing.Refuse(bytes) is { } fault)
            return fault;

        await AddAsync(db, repositoryId, gitBytes, lfsBytes, null, cancellationToken);
        if (proposerId is not null && bytes > 0 && await db.ProposedBytes.Where(p => p.RepositoryId == repositoryId && p.UserId == proposerId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Bytes, p => p.Bytes + bytes), cancellationToken) == 0)
        {
            db.ProposedBytes.Add(new ProposedBytes { RepositoryId = repositoryId, UserId = proposerId, Bytes = bytes });
            await db.SaveChangesAsync(cancellationToken);
        }

        return null;
    }

    /// <summary>Counts whatever the limits say, within the caller's transaction.</summary>
    /// <param name="countedAt">When Git's bytes were counted, if that was just now.</param>
    public static async Task AddAsync(
        RepoHostDb db, string repositoryId, long gitBytes, long lfsBytes, DateTimeOffset? countedAt, CancellationToken cancellationToken)
    {
        if (await db.RepositoryUsage.Where(u => u.RepositoryId == repositoryId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.GitBytes, u => u.GitBytes + gitBytes).SetProperty(u => u.LfsBytes, u => u.LfsBytes + lfsBytes), cancellationToken) > 0)
            return;
        db.RepositoryUsage.Add(new RepositoryUsage { RepositoryId = repositoryId, GitBytes = gitBytes, LfsBytes = lfsBytes, CountedAt = countedAt });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Holds room for an upload until <see cref="Release"/>, or until nobody has asked for it again for as long as <paramref name="life"/>.</summary>
    /// <param name="key">Names the upload. Asked again, its room is held on.</param>
    /// <returns>Null when it is held.</returns>
    /// <param name="proposerId">A person who may not write to the repository; null for those who may.</param>
    public async Task<StorageFault?> ReserveAsync(string repositoryId, string? proposerId, string key, long bytes, TimeSpan life, CancellationToken cancellationToken)
    {
        if (reservations.Prolong(key, life))
            return null;
        await reserving.WaitAsync(cancellationToken);
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var ownerId = "";
            var standing = await ReadAsync(db, repositoryId, proposerId, (id, owner) => reservations.Held(id, ownerId = owner, proposerId, key), cancellationToken);
            if (standing?.Refuse(bytes) is { } fault)
                return fault;
            reservations.Hold(key, repositoryId, ownerId, proposerId, bytes, life);
            return null;
        }
        finally
        {
            reserving.Release();
        }
    }

    public void Release(string key) => reservations.Release(key);

    /// <summary>What the owner of a name uses and may use; null when nobody has it.</summary>
    public async Task<OwnerUsage?> OfOwnerAsync(string name, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var owner = await db.Namespaces.AsNoTracking().FirstOrDefaultAsync(n => n.Key == key, cancellationToken);
        return owner is null ? null : await OfOwnerAsync(db, owner, cancellationToken);
    }

    public Task<OwnerUsage> OfOwnerAsync(RepoHostDb db, NamespaceEntry owner, CancellationToken cancellationToken) =>
        OfOwnerAsync(db, owner.Name, owner.UserId, owner.OrganizationId, cancellationToken);

    /// <summary>What a repository holds and may hold; null when it is gone.</summary>
    public async Task<RepositorySize?> OfRepositoryAsync(string repositoryId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await db.Repositories.AnyAsync(r => r.Id == repositoryId, cancellationToken))
            return null;
        var usage = await db.RepositoryUsage.AsNoTracking().FirstOrDefaultAsync(u => u.RepositoryId == repositoryId, cancellationToken);
        return new(usage?.GitBytes ?? 0, usage?.LfsBytes ?? 0, StorageRule.Limit(usage?.BytesLimit, options.Value.RepositoryBytes), usage?.BytesLimit);
    }

    /// <summary>The bytes of every repository, by id, for the operator.</summary>
    public async Task<IReadOnlyDictionary<string, long>> AllAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.RepositoryUsage.ToDictionaryAsync(u => u.RepositoryId, u => u.GitBytes + u.LfsBytes, cancellationToken);
    }

    /// <summary>Whether a repository can be handed over to the owner of this name, with all that it holds.</summary>
    /// <returns>Null when it can, or when there is no such repository or owner.</returns>
    public async Task<StorageFault?> RefuseMoveAsync(string repositoryId, string @namespace, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(@namespace);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Repositories.AsNoTracking().FirstOrDefaultAsync(r => r.Id == repositoryId, cancellationToken) is { } row
            && await db.Namespaces.AsNoTracking().FirstOrDefaultAsync(n => n.Key == key, cancellationToken) is { } owner
            ? await RefuseMoveAsync(db, row, owner, cancellationToken) : null;
    }

    public async Task<StorageFault?> RefuseMoveAsync(RepoHostDb db, Repository repository, NamespaceEntry owner, CancellationToken cancellationToken)
    {
        if (repository.OwnerUserId == owner.UserId && repository.OwnerOrganizationId == owner.OrganizationId)
            return null;
        var bytes = await db.RepositoryUsage.Where(u => u.RepositoryId == repository.Id)
            .Select(u => u.GitBytes + u.LfsBytes).FirstOrDefaultAsync(cancellationToken);
        return (await OfOwnerAsync(db, owner, cancellationToken)).RefuseRepository(bytes);
    }

    public void Dispose() => reserving.Dispose();

    /// <param name="onTheWay">Bytes held for a repository, by id, and for its owner; null to leave them out.</param>
    private async Task<StorageStanding?> ReadAsync(
        RepoHostDb db, string repositoryId, string? proposerId, Func<string, string, HeldBytes>? onTheWay, CancellationToken cancellationToken)
    {
        if (await db.Repositories.AsNoTracking().FirstOrDefaultAsync(r => r.Id == repositoryId, cancellationToken) is not { } row)
            return null;
        var usage = await db.RepositoryUsage.AsNoTracking().FirstOrDefaultAsync(u => u.RepositoryId == repositoryId, cancellationToken);
        var owner = await OfOwnerAsync(db, row.Namespace, row.OwnerUserId, row.OwnerOrganizationId, cancellationToken);
        var coming = onTheWay?.Invoke(row.Id, (row.OwnerUserId ?? row.OwnerOrganizationId)!) ?? default;
        List<StorageShare> shares = [];
        if (proposerId is not null)
        {
            var proposed = db.ProposedBytes.Where(p => p.RepositoryId == repositoryId);
            var own = await proposed.Where(p => p.UserId == proposerId).SumAsync(p => p.Bytes, cancellationToken);
            var together = await proposed.SumAsync(p => p.Bytes, cancellationToken);
            shares.Add(new(StorageLimitKind.Proposer, own + coming.Proposer, StorageRule.Limit(null, options.Value.ProposalBytes)));
            shares.Add(new(StorageLimitKind.Proposals, together + coming.Proposals, StorageRule.Limit(null, options.Value.RepositoryProposalBytes)));
        }

        var held = (usage?.GitBytes ?? 0) + (usage?.LfsBytes ?? 0) + coming.Repository;
        shares.Add(new(StorageLimitKind.Repository, held, StorageRule.Limit(usage?.BytesLimit, options.Value.RepositoryBytes)));
        shares.Add(owner.Share with { Used = owner.Bytes + coming.Owner });
        return new($"{row.Type.Singular()} {row.FullName}", row.FullName, owner, shares, proposerId is not null);
    }

    private async Task<OwnerUsage> OfOwnerAsync(RepoHostDb db, string name, string? userId, string? organizationId, CancellationToken cancellationToken)
    {
        var mine = db.Repositories.Where(r => userId != null ? r.OwnerUserId == userId : r.OwnerOrganizationId == organizationId);
        var repositories = await mine.CountAsync(cancellationToken);
        var bytes = await mine.Join(db.RepositoryUsage, r => r.Id, u => u.RepositoryId, (_, u) => u.GitBytes + u.LfsBytes).SumAsync(cancellationToken);
        var own = await (userId is not null
            ? db.Users.Where(u => u.Id == userId).Select(u => new { u.BytesLimit, u.RepositoriesLimit })
            : db.Organizations.Where(o => o.Id == organizationId).Select(o => new { o.BytesLimit, o.RepositoriesLimit })).FirstOrDefaultAsync(cancellationToken);
        var configured = options.Value;
        return new(
            name, organizationId is not null,
            bytes, StorageRule.Limit(own?.BytesLimit, organizationId is null ? configured.UserBytes : configured.OrganizationBytes),
            repositories, StorageRule.Limit(own?.RepositoriesLimit, organizationId is null ? configured.UserRepositories : configured.OrganizationRepositories),
            own?.BytesLimit, own?.RepositoriesLimit);
    }
}
