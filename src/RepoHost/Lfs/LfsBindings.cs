using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Lfs;

/// <summary>
/// Which LFS objects a repository was given itself. Bytes are shared on disk between repositories, the right to serve them is not: a pointer to somebody
/// else's object opens nothing (design 4, threat rows 1 to 3).
/// </summary>
internal sealed class LfsBindings(IDbContextFactory<RepoHostDb> databases, ChangeStamps stamps, TimeProvider time)
{
    private const int MaxKnown = 100_000;

    private readonly ConcurrentDictionary<(string RepositoryId, LfsOid Oid), long> _known = new();

    /// <summary>Yes is remembered until the repository changes; no is asked again, since an upload may come at any moment.</summary>
    public ValueTask<bool> IsBoundAsync(string repositoryId, LfsOid oid, CancellationToken cancellationToken)
    {
        var stamp = stamps.OfRepository(repositoryId);
        return _known.TryGetValue((repositoryId, oid), out var known) && known == stamp
            ? ValueTask.FromResult(true)
            : ReadAsync(repositoryId, oid, stamp, cancellationToken);
    }

    /// <summary>Adds the objects to a repository within the caller's transaction; ones that it has already are passed over.</summary>
    /// <returns>The bytes of those that it did not have.</returns>
    public async Task<long> AddAsync(RepoHostDb db, string repositoryId, IEnumerable<LfsPointer> objects, CancellationToken cancellationToken)
    {
        var (now, added) = (time.GetUtcNow(), 0L);
        foreach (var batch in objects.DistinctBy(o => o.Oid).Chunk(500))
        {
            var oids = batch.Select(o => o.Oid.ToString()).ToArray();
            var there = await db.LfsObjects.Where(o => o.RepositoryId == repositoryId && oids.Contains(o.Oid)).Select(o => o.Oid).ToHashSetAsync(cancellationToken);
            var missing = batch.Where(o => !there.Contains(o.Oid.ToString())).ToArray();
            db.LfsObjects.AddRange(missing.Select(o => new LfsObject { RepositoryId = repositoryId, Oid = o.Oid.ToString(), Size = o.Size, AddedAt = now }));
            await db.SaveChangesAsync(cancellationToken);
            added += missing.Sum(o => o.Size);
        }

        return added;
    }

    /// <summary>All objects that a repository was given.</summary>
    public async Task<IReadOnlyList<LfsOid>> AllAsync(string repositoryId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var oids = await db.LfsObjects.Where(o => o.RepositoryId == repositoryId).Select(o => o.Oid).ToListAsync(cancellationToken);
        return [.. oids.Select(oid => LfsOid.Parse(oid))];
    }

    /// <summary>Some of the objects that a repository was given, by their ids.</summary>
    /// <param name="after">The last id of the page before; null for the first.</param>
    public async Task<IReadOnlyList<LfsObject>> PageAsync(string repositoryId, string? after, int take, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.LfsObjects.AsNoTracking().Where(o => o.RepositoryId == repositoryId && (after == null || string.Compare(o.Oid, after) > 0))
            .OrderBy(o => o.Oid).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Takes objects from a repository, in force when it returns: from then on nothing serves them through it. Their bytes are the caller's to collect, since
    /// other repositories may have been given them too.
    /// </summary>
    public async Task RemoveAsync(string repositoryId, IReadOnlyCollection<LfsOid> objects)
    {
        // Once it is begun it is not called off: half of it would be the worst.
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        foreach (var batch in objects.Distinct().Chunk(500))
        {
            var oids = batch.Select(o => o.ToString()).ToArray();
            var rows = db.LfsObjects.Where(o => o.RepositoryId == repositoryId && oids.Contains(o.Oid));
            var bytes = await rows.SumAsync(o => o.Size, CancellationToken.None);
            await rows.ExecuteDeleteAsync(CancellationToken.None);
            await db.RepositoryUsage.Where(u => u.RepositoryId == repositoryId)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.LfsBytes, u => u.LfsBytes - bytes), CancellationToken.None);
        }

        await transaction.CommitAsync(CancellationToken.None);
        stamps.BumpRepository(repositoryId);
    }

    /// <summary>Those of the pointers whose object this repository was not given, or not in that size.</summary>
    public async Task<IReadOnlyList<LfsPointer>> MissingAsync(string repositoryId, IEnumerable<LfsPointer> pointers, CancellationToken cancellationToken)
    {
        var asked = pointers.Distinct().ToArray();
        var sizes = await SizesAsync(repositoryId, asked.Select(p => p.Oid), cancellationToken);
        return [.. asked.Where(p => !sizes.TryGetValue(p.Oid, out var size) || size != p.Size)];
    }

    /// <summary>The sizes of those objects that this repository was given; the others are not there, whoever else has them (threat rows 1 and 2).</summary>
    public async Task<IReadOnlyDictionary<LfsOid, long>> SizesAsync(string repositoryId, IEnumerable<LfsOid> objects, CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<LfsOid, long>();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var batch in objects.Distinct().Chunk(500))
        {
            var oids = batch.Select(o => o.ToString()).ToArray();
            foreach (var found in await db.LfsObjects.Where(o => o.RepositoryId == repositoryId && oids.Contains(o.Oid)).Select(o => new { o.Oid, o.Size }).ToListAsync(cancellationToken))
                sizes[LfsOid.Parse(found.Oid)] = found.Size;
        }

        return sizes;
    }

    private async ValueTask<bool> ReadAsync(string repositoryId, LfsOid oid, long stamp, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var text = oid.ToString();
        if (!await db.LfsObjects.AnyAsync(o => o.RepositoryId == repositoryId && o.Oid == text, cancellationToken))
            return false;
        if (_known.Count >= MaxKnown)
            _known.Clear();
        _known[(repositoryId, oid)] = stamp;
        return true;
    }
}
