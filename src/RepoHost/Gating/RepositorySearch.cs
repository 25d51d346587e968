using RepoHost.Accounts;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>Lists of repositories by what their rows and their cards say, for the Hub's routes and the pages alike.</summary>
internal sealed partial class RepositorySearch(RepositoryCatalog catalog, CardPolicies cards, ILogger<RepositorySearch> logger)
{
    /// <summary>A search that matches little looks at this many repositories per page and then hands on a cursor, so one request's work is bounded.</summary>
    private const int MaxScanned = 5000;

    private const int ScanAtOnce = 200;

    /// <summary>Hands one page of what matches to <paramref name="take"/>, which says whether the page goes on.</summary>
    /// <returns>Where the next page begins; null on the last. A page may be empty and still have a next one.</returns>
    public async Task<string?> FindAsync(RepositoryQuery ask, CardFilter filter, Func<FoundRepository, bool> take, CancellationToken cancellationToken)
    {
        var atOnce = filter.IsEmpty ? Math.Min(ask.Limit, ScanAtOnce) : ScanAtOnce;
        var (scanned, cursor) = (0, ask.Cursor);
        while (true)
        {
            var page = await catalog.ListAsync(ask with { Limit = atOnce, Cursor = cursor }, cancellationToken);
            for (var i = 0; i < page.Items.Count; i++)
            {
                var record = page.Items[i];
                scanned++;

                // The page ends where it is full, by whichever measure; the next begins right behind.
                if (!await LookAsync(record, filter, take, cancellationToken) || scanned >= MaxScanned)
                    return i + 1 < page.Items.Count || page.NextCursor is not null ? RepositoryListing.CursorAfter(record, ask.Sort) : null;
            }

            cursor = page.NextCursor;
            if (cursor is null)
                return null;
        }
    }

    /// <summary>At most <see cref="RepositoryQuery.Limit"/> of what matches.</summary>
    public async Task<FoundPage> FindAsync(RepositoryQuery ask, CardFilter filter, CancellationToken cancellationToken)
    {
        var items = new List<FoundRepository>();
        var next = await FindAsync(
            ask,
            filter,
            found =>
            {
                items.Add(found);
                return items.Count < ask.Limit;
            },
            cancellationToken);
        return new(items, next);
    }

    /// <summary>False when the page is full. A repository that can't be read must not take the list of all the others with it.</summary>
    private async Task<bool> LookAsync(RepositoryRecord record, CardFilter filter, Func<FoundRepository, bool> take, CancellationToken cancellationToken)
    {
        try
        {
            var found = new FoundRepository(record, await cards.FindAsync(record, cancellationToken));
            return !filter.Matches(found) || take(found);
        }
        catch (GitCorruptException e)
        {
            Log.LeftOut(logger, record.Id, e);
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Repository {RepositoryId} can't be read and is left out of a list")]
        public static partial void LeftOut(ILogger logger, string repositoryId, Exception cause);
    }
}

/// <param name="Next">Where the next page begins; null on the last.</param>
internal sealed record FoundPage(IReadOnlyList<FoundRepository> Items, string? Next);
