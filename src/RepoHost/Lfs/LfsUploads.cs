using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>Takes in objects for a repository: the bytes first, and once they are proven the row that says the repository was given them (threat rows 2, 7).</summary>
internal sealed class LfsUploads(
    IBlobStore blobs, PartialBlobs parts, LfsBindings bindings, LfsCollector collector, IDbContextFactory<RepoHostDb> databases, ChangeStamps stamps) : IDisposable
{
    private readonly SemaphoreSlim _giving = new(1, 1);
    private readonly ConcurrentDictionary<string, Lazy<Task<(LfsUploadOutcome?, PartFinish)>>> _finishing = new(StringComparer.Ordinal);

    /// <summary>Whether this repository was given the object in that size, and its bytes are there.</summary>
    public async Task<bool> HasAsync(string repositoryId, LfsPointer pointer, CancellationToken cancellationToken) =>
        (await bindings.SizesAsync(repositoryId, [pointer.Oid], cancellationToken)).TryGetValue(pointer.Oid, out var size)
        && size == pointer.Size && await IsThereAsync(pointer, cancellationToken);

    public async ValueTask<bool> IsThereAsync(LfsPointer pointer, CancellationToken cancellationToken) =>
        await blobs.LengthAsync(pointer.Oid.ToString(), cancellationToken) == pointer.Size;

    public async Task<LfsUploadOutcome> StoreAsync(
        string repositoryId, LfsPointer pointer, Stream content, LfsAdmission admit, CancellationToken cancellationToken)
    {
        var result = await blobs.WriteAsync(content, pointer.Oid.ToString(), pointer.Size, cancellationToken);
        return result.IsStored ? await GiveNewAsync(repositoryId, pointer, result.Outcome == BlobWriteOutcome.Stored, admit) : LfsUploadOutcome.WrongContent;
    }

    /// <summary>
    /// Puts the parts together. Asked again after it has worked, it says so again: the parts are gone, but the repository has the object. Once it is begun it
    /// goes on without whoever asked: hashing takes longer than some clients wait, and the next to ask gets the same answer.
    /// </summary>
    /// <returns>What became of the object, or of the parts when they did not become one.</returns>
    public Task<(LfsUploadOutcome? Object, PartFinish Parts)> FinishAsync(
        string repositoryId, LfsPointer pointer, string uploadId, IReadOnlyList<string> tags, LfsAdmission admit, CancellationToken cancellationToken)
    {
        var work = _finishing.GetOrAdd(uploadId, _ => new(() => Task.Run(() => FinishAsync(repositoryId, pointer, uploadId, tags, admit), CancellationToken.None)));
        return work.Value.WaitAsync(cancellationToken);
    }

    private async Task<(LfsUploadOutcome? Object, PartFinish Parts)> FinishAsync(
        string repositoryId, LfsPointer pointer, string uploadId, IReadOnlyList<string> tags, LfsAdmission admit)
    {
        try
        {
            if (await HasAsync(repositoryId, pointer, CancellationToken.None))
            {
                // Another upload brought it meanwhile; nobody will ask for these parts again.
                parts.Discard(uploadId);
                return (LfsUploadOutcome.Stored, new(PartFinishOutcome.Stored));
            }

            var finish = await parts.FinishAsync(uploadId, tags, pointer.Oid.ToString(), pointer.Size, CancellationToken.None);
            return (finish.Outcome == PartFinishOutcome.Stored ? await GiveNewAsync(repositoryId, pointer, isNew: true, admit) : null, finish);
        }
        finally
        {
            _finishing.TryRemove(uploadId, out _);
        }
    }

    /// <summary>Bytes that came for nothing don't stay. Of others' bytes it is not asked.</summary>
    private async Task<LfsUploadOutcome> GiveNewAsync(string repositoryId, LfsPointer pointer, bool isNew, LfsAdmission admit)
    {
        var outcome = await GiveAsync(repositoryId, [pointer], admit);
        if (outcome == LfsUploadOutcome.OverLimit && isNew)
            await collector.CollectAsync([pointer.Oid], CancellationToken.None);
        return outcome;
    }

    /// <summary>
    /// Writes the rows of objects whose bytes were just stored. A clean-up that saw no row yet may be taking the bytes at this moment: it moves them out of
    /// sight before it looks for rows, and here the row comes before the look for the bytes, so one of the two notices
    /// (<see cref="LfsCollector"/>). One at a time: otherwise one upload's step back could take the row of another that had just succeeded.
    /// </summary>
    /// <param name="admit">Asked in the same transaction whether the repository may grow by this.</param>
    public async Task<LfsUploadOutcome> GiveAsync(string repositoryId, IReadOnlyCollection<LfsPointer> objects, LfsAdmission admit)
    {
        // The bytes are here; a client that leaves now has done its part, and saves itself the way when it comes back.
        await _giving.WaitAsync(CancellationToken.None);
        try
        {
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            await using (var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None))
            {
                if (!await db.Repositories.AnyAsync(r => r.Id == repositoryId, CancellationToken.None))
                    return LfsUploadOutcome.RepositoryGone;
                var added = await bindings.AddAsync(db, repositoryId, objects, CancellationToken.None);
                if (added > 0 && !await admit(db, added, CancellationToken.None))
                    return LfsUploadOutcome.OverLimit;
                await transaction.CommitAsync(CancellationToken.None);
            }

            var outcome = LfsUploadOutcome.Stored;
            foreach (var pointer in objects)
            {
                if (await IsThereAsync(pointer, CancellationToken.None))
                    continue;
                var oid = pointer.Oid.ToString();
                if (await db.LfsObjects.Where(o => o.RepositoryId == repositoryId && o.Oid == oid).ExecuteDeleteAsync(CancellationToken.None) > 0)
                {
                    await db.RepositoryUsage.Where(u => u.RepositoryId == repositoryId).ExecuteUpdateAsync(
                        set => set.SetProperty(u => u.LfsBytes, u => u.LfsBytes - pointer.Size), CancellationToken.None);
                }

                stamps.BumpRepository(repositoryId);
                outcome = LfsUploadOutcome.TryAgain;
            }

            return outcome;
        }
        finally
        {
            _giving.Release();
        }
    }

    public void Dispose() => _giving.Dispose();
}
