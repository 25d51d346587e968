using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// One page of a list of repositories, for the Hub's routes and the pages alike, from the database alone: no repository is opened and no row is written. A page
/// continues behind the last row of the one before, so none is skipped or repeated because others come and go.
/// </summary>
internal sealed class RepositoryLists(IDbContextFactory<RepoHostDb> databases, ListTurns turns)
{
    private const int MaxLimit = 1000;

    /// <summary>A search whose conditions match little together looks at this many rows and then hands on a cursor, so one request's work is bounded.</summary>
    private const int MaxScanned = 4000;

    private const int FirstBatch = 250;
    private const int NextBatch = 1000;

    /// <summary>A page ends where its cards' front matter is longer than this together.</summary>
    private const int MaxMetadata = 4 * 1024 * 1024;

    /// <summary>At most <see cref="RepositoryQuery.Limit"/> of what matches. Throws <see cref="ListsBusyException"/> when too many lists are asked for.</summary>
    public async Task<ListedPage> FindAsync(RepositoryQuery query, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await ListScan.OpenAsync(db, query, cancellationToken) is not { } scan)
            return new([], null);

        var limit = Math.Clamp(query.Limit, 1, MaxLimit);
        var (hits, next) = await WalkAsync(scan, ListCursor.ReadOrNull(query.Cursor), limit, cancellationToken);
        var items = await LoadAsync(db, hits, query.Reach, cancellationToken);
        if (query.WithMetadata && await AddMetadataAsync(db, items, cancellationToken) is { } taken && taken < items.Count)
            (items, next) = (items[..taken], ListCursor.After(items[taken - 1].Record, query.Sort));
        return new(items, next?.ToString());
    }

    /// <summary>The ids of one page, and where the next begins.</summary>
    private static async Task<(List<string> Hits, ListCursor? Next)> WalkAsync(ListScan scan, ListCursor? after, int limit, CancellationToken cancellationToken)
    {
        var hits = new List<ScannedRow>();
        for (var scanned = 0; ;)
        {
            // SQLite can't be called off in the middle of a statement; a batch takes milliseconds.
            cancellationToken.ThrowIfCancellationRequested();
            var take = scan.IsExact ? limit + 1 : scanned == 0 ? Math.Max(limit + 1, FirstBatch) : NextBatch;
            var rows = await scan.ReadAsync(after, take, cancellationToken);
            scanned += rows.Count;
            hits.AddRange(rows.Where(row => row.Hit).Take(limit + 1 - hits.Count));
            if (hits.Count > limit)
                return ([.. hits.Take(limit).Select(row => row.Id)], hits[limit - 1].Key);
            if (rows.Count < take)
                return ([.. hits.Select(row => row.Id)], null);
            after = rows[^1].Key;
            if (scanned >= MaxScanned)
                return ([.. hits.Select(row => row.Id)], after);
        }
    }

    private static async Task<List<ListedRepository>> LoadAsync(RepoHostDb db, List<string> ids, TokenScopes reach, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        var rows = await (
            from row in db.Repositories.AsNoTracking()
            where ids.Contains(row.Id)
            join e in db.CatalogEntries on row.Id equals e.RepositoryId into entries
            from entry in entries.DefaultIfEmpty()
            select new
            {
                Row = row,
                Entry = entry == null ? null : new CatalogEntry
                {
                    RepositoryId = entry.RepositoryId,
                    Format = entry.Format,
                    Tip = entry.Tip,
                    Branch = entry.Branch,
                    CommittedAt = entry.CommittedAt,
                    Card = entry.Card,
                    CardGate = entry.CardGate,
                    Gate = entry.Gate,
                    Task = entry.Task,
                    Library = entry.Library,
                    Tags = entry.Tags,
                },
            }).ToDictionaryAsync(row => row.Row.Id, StringComparer.Ordinal, cancellationToken);

        // One may have been deleted since it was found.
        return [.. from id in ids where rows.ContainsKey(id) let record = RepositoryRecord.From(rows[id].Row) select new ListedRepository(record, rows[id].Entry, reach.ShowCard(record))];
    }

    /// <returns>How many of the items fit into a page: all, or fewer, but one at least.</returns>
    private static async Task<int> AddMetadataAsync(RepoHostDb db, List<ListedRepository> items, CancellationToken cancellationToken)
    {
        var length = 0;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Entry is not { } entry)
                continue;
            entry.Metadata = await db.CatalogEntries.Where(e => e.RepositoryId == entry.RepositoryId).Select(e => e.Metadata).FirstOrDefaultAsync(cancellationToken);
            length += entry.Metadata?.Length ?? 0;
            if (length > MaxMetadata)
                return Math.Max(1, i);
        }

        return items.Count;
    }
}
