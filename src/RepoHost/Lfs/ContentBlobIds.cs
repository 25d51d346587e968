using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>
/// The ids that git would give to contents that are kept as LFS objects: a client that sends such a file inside a commit compares its own file with that id, and
/// sends it again when they differ. A content is read once; then its id stands in its row.
/// </summary>
internal sealed class ContentBlobIds(IDbContextFactory<RepoHostDb> databases, IBlobStore blobs, TimeProvider time)
{
    /// <summary>What one question may have read: a few seconds of a processor. The next question goes on from there.</summary>
    public const long MostBytes = 4_000_000_000;

    private const int Chunk = 256 * 1024;

    private readonly FairPlaces turns = new(new FairShares(2) { Patience = TimeSpan.FromSeconds(30) }, time);

    /// <summary>The ids of those contents that this repository was given. One that would take too long to find out is left out.</summary>
    /// <param name="caller">Who counts as one: a person's id, or a network where nobody is known.</param>
    public async Task<IReadOnlyDictionary<LfsOid, GitOid>> FindAsync(
        string repositoryId, IReadOnlyCollection<LfsPointer> contents, string caller, CancellationToken cancellationToken)
    {
        var (known, unknown) = await ReadAsync(repositoryId, contents, cancellationToken);
        if (unknown.Count == 0)
            return known;
        using var turn = await turns.TryEnterAsync(caller, cancellationToken);
        if (turn is null)
            return known;

        // Another question may have found them out meanwhile.
        (known, unknown) = await ReadAsync(repositoryId, unknown, cancellationToken, known);
        var left = MostBytes;
        foreach (var content in unknown.OrderBy(content => content.Size))
        {
            if ((left -= content.Size) < 0)
                break;
            if (await ComputeAsync(content, cancellationToken) is not { } id)
                continue;
            known[content.Oid] = id;
            await KeepAsync(repositoryId, content.Oid, id, cancellationToken);
        }

        return known;
    }

    private async Task<(Dictionary<LfsOid, GitOid> Known, List<LfsPointer> Unknown)> ReadAsync(
        string repositoryId, IReadOnlyCollection<LfsPointer> contents, CancellationToken cancellationToken, Dictionary<LfsOid, GitOid>? known = null)
    {
        (known, var unknown) = (known ?? [], new List<LfsPointer>());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var batch in contents.DistinctBy(content => content.Oid).Chunk(500))
        {
            var oids = batch.Select(content => content.Oid.ToString()).ToArray();
            // Only what the repository was given itself: a pointer to somebody else's object must tell nothing of its content.
            var rows = await db.LfsObjects.Where(o => o.RepositoryId == repositoryId && oids.Contains(o.Oid))
                .Select(o => new { o.Oid, o.Size, o.BlobId }).ToDictionaryAsync(o => o.Oid, cancellationToken);
            foreach (var content in batch)
            {
                if (!rows.TryGetValue(content.Oid.ToString(), out var row) || row.Size != content.Size)
                    continue;
                if (row.BlobId is { } id)
                    known[content.Oid] = GitOid.Parse(id);
                else
                    unknown.Add(content);
            }
        }

        return (known, unknown);
    }

    /// <summary>Null when the bytes are not there: a file that is sent again brings them back.</summary>
    private async Task<GitOid?> ComputeAsync(LfsPointer content, CancellationToken cancellationToken)
    {
        using var lease = await blobs.TryOpenAsync(content.Oid.ToString(), cancellationToken);
        if (lease is null || lease.Length != content.Size)
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Size}\0")));
        var buffer = new byte[(int)Math.Min(Chunk, Math.Max(1, content.Size))];
        for (var at = 0L; at < content.Size;)
        {
            var read = await RandomAccess.ReadAsync(lease.File, buffer, at, cancellationToken);
            if (read == 0)
                return null;
            hash.AppendData(buffer, 0, read);
            at += read;
        }

        return GitOid.FromBytes(hash.GetHashAndReset());
    }

    private async Task KeepAsync(string repositoryId, LfsOid oid, GitOid id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (text, blobId) = (oid.ToString(), id.ToString());
        await db.LfsObjects.Where(o => o.RepositoryId == repositoryId && o.Oid == text).ExecuteUpdateAsync(set => set.SetProperty(o => o.BlobId, blobId), cancellationToken);
    }
}
