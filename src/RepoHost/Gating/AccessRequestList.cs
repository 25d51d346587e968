using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>A page of a review list; see contract 6.4 for the parameters.</summary>
/// <param name="State">Which list.</param>
/// <param name="Limit">Rows, 10 to 1000.</param>
/// <param name="NamePrefix">Beginning of the user name, letter case ignored; null for all.</param>
/// <param name="After">Only requests asked after this moment.</param>
/// <param name="Before">Only requests asked before this moment.</param>
/// <param name="Cursor">Where the page before ended.</param>
internal sealed record AccessRequestQuery(AccessState State, int Limit, string? NamePrefix, DateTimeOffset? After, DateTimeOffset? Before, AccessRequestCursor? Cursor);

/// <summary>The last row of a page; rows are ordered by time and then by person.</summary>
internal sealed record AccessRequestCursor(DateTimeOffset RequestedAt, string UserId);

/// <summary>Reads what the review lists and the report show.</summary>
internal sealed class AccessRequestList(IDbContextFactory<RepoHostDb> databases)
{
    /// <summary>Oldest first. Paged by position, so a page costs the same at the beginning and at the end of a hundred thousand.</summary>
    public async Task<(IReadOnlyList<AccessRequest> Rows, AccessRequestCursor? Next)> PageAsync(string repositoryId, AccessRequestQuery query, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.AccessRequests.AsNoTracking().Where(r => r.RepositoryId == repositoryId && r.State == query.State);
        if (query.NamePrefix is { Length: > 0 } prefix)
        {
            var normalized = prefix.ToUpperInvariant();
            rows = rows.Where(r => r.User!.NormalizedUserName!.StartsWith(normalized));
        }

        if (query.After is { } after)
            rows = rows.Where(r => r.RequestedAt > after);
        if (query.Before is { } before)
            rows = rows.Where(r => r.RequestedAt < before);
        if (query.Cursor is { } cursor)
            rows = rows.Where(r => r.RequestedAt > cursor.RequestedAt || (r.RequestedAt == cursor.RequestedAt && string.Compare(r.UserId, cursor.UserId) > 0));

        var page = await rows.OrderBy(r => r.RequestedAt).ThenBy(r => r.UserId)
            .Include(r => r.User).Include(r => r.GrantedBy)
            .Take(query.Limit + 1).ToListAsync(cancellationToken);
        if (page.Count <= query.Limit)
            return (page, null);

        page.RemoveAt(page.Count - 1);
        return (page, new(page[^1].RequestedAt, page[^1].UserId));
    }

    public async Task<bool> IsInStateAsync(string repositoryId, PersonReference person, AccessState state, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var normalized = person.UserName?.ToUpperInvariant();
        return await db.AccessRequests.AnyAsync(
            r => r.RepositoryId == repositoryId && r.State == state && (normalized != null ? r.User!.NormalizedUserName == normalized : r.UserId == person.UserId), cancellationToken);
    }

    /// <summary>Every request in every state, oldest first, read row by row; also those of people who have deleted their accounts, of whom nothing else is known.</summary>
    public async IAsyncEnumerable<AccessRequest> AllAsync(string repositoryId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.AccessRequests.IgnoreQueryFilters().AsNoTracking().Where(r => r.RepositoryId == repositoryId)
            .OrderBy(r => r.RequestedAt).ThenBy(r => r.UserId)
            .Include(r => r.User).Include(r => r.GrantedBy).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
            yield return row;
    }
}
