using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>
/// Deletes the bytes of objects that no repository was given any more. Safe beside uploads: the bytes are out of sight before the rows are asked, and an
/// upload looks for its bytes after its row is written (<see cref="LfsUploads"/>).
/// </summary>
internal sealed class LfsCollector(IDbContextFactory<RepoHostDb> databases, IBlobStore blobs, TimeProvider time)
{
    /// <summary>Imports write the bytes first and their rows at the end; a younger blob may be one of theirs.</summary>
    private static readonly TimeSpan Spared = TimeSpan.FromDays(1);

    /// <summary>Deletes those of the objects that no row names.</summary>
    public async Task<LfsCollected> CollectAsync(IEnumerable<LfsOid> objects, CancellationToken cancellationToken)
    {
        var collected = new LfsCollected(0, 0);
        foreach (var oid in objects.Distinct())
        {
            var name = oid.ToString();
            var length = await blobs.LengthAsync(name, cancellationToken);
            if (await IsNeededAsync(name, cancellationToken) || !await blobs.DeleteUnlessAsync(name, c => IsNeededAsync(name, c), cancellationToken))
                continue;
            collected = new(collected.Objects + 1, collected.Bytes + (length ?? 0));
        }

        return collected;
    }

    /// <summary>Walks the whole store.</summary>
    public Task<LfsCollected> PruneAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return CollectAsync(blobs.List().Where(b => now - b.WrittenAt > Spared).Select(b => LfsOid.Parse(b.Sha256)), cancellationToken);
    }

    private async Task<bool> IsNeededAsync(string oid, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.LfsObjects.AnyAsync(o => o.Oid == oid, cancellationToken);
    }
}
