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
internal sealed record AccessRequestQuery(AccessState State, int Limit, string? NamePrefix, DateTimeOffset? After, DateTimeOffset? Before, AccessRequestCursor? Cursor)
{
    /// <summary>Beginning of the user name or part of the full name, letter case ignored; null for all.</summary>
    public string? Name { get; init; }

    public bool NewestFirst { get; init; }

    /// <summary>The page that ends before the cursor, instead of the one that begins after it.</summary>
    public bool Backwards { get; init; }
}

/// <summary>A row at the edge of a page; rows are ordered by time and then by person.</summary>
internal sealed record AccessRequestCursor(DateTimeOffset RequestedAt, string UserId);

/// <summary>Reads what the review lists and the report show.</summary>
internal sealed class AccessRequestList(IDbContextFactory<RepoHostDb> databases)
{
    /// <summary>Oldest first, unless asked otherwise. Paged by position, so a page costs the same at the beginning and at the end of a hundred thousand.</summary>
    /// <returns>The rows, and the last of them in the direction that was read, if there are more behind it.</returns>
    public async Task<(IReadOnlyList<AccessRequest> Rows, AccessRequestCursor? Next)> PageAsync(string repositoryId, AccessRequestQuery query, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.AccessRequests.AsNoTracking().Where(r => r.RepositoryId == repositoryId && r.State == query.State);
        if (query.NamePrefix is { Length: > 0 } prefix)
            rows = Named(db, rows, prefix, fullNames: false);
        if (query.Name is { Length: > 0 } name)
            rows = Named(db, rows, name, fullNames: true);
        if (query.After is { } after)
            rows = rows.Where(r => r.RequestedAt > after);
        if (query.Before is { } before)
            rows = rows.Where(r => r.RequestedAt < before);
        var descending = query.NewestFirst != query.Backwards;
        if (query.Cursor is { } cursor)
            rows = descending ? Below(rows, cursor) : Above(rows, cursor);
        rows = descending
            ? rows.OrderByDescending(r => r.RequestedAt).ThenByDescending(r => r.UserId)
            : rows.OrderBy(r => r.RequestedAt).ThenBy(r => r.UserId);

        var page = await rows.Include(r => r.User).Include(r => r.GrantedBy).Take(query.Limit + 1).ToListAsync(cancellationToken);
        var more = page.Count > query.Limit;
        if (more)
            page.RemoveAt(page.Count - 1);
        var next = more ? new AccessRequestCursor(page[^1].RequestedAt, page[^1].UserId) : null;
        if (query.Backwards)
            page.Reverse();
        return (page, next);
    }

    /// <summary>How many requests are in each state; states without any are left out.</summary>
    public async Task<IReadOnlyDictionary<AccessState, int>> CountAsync(string repositoryId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.AccessRequests.Where(r => r.RepositoryId == repositoryId).GroupBy(r => r.State)
            .Select(g => new { State = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.State, g => g.Count, cancellationToken);
    }

    /// <summary>The requests of these people, whatever their state.</summary>
    public async Task<IReadOnlyList<AccessRequest>> OfPeopleAsync(string repositoryId, IReadOnlyCollection<string> userIds, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.AccessRequests.AsNoTracking().Where(r => r.RepositoryId == repositoryId && userIds.Contains(r.UserId))
            .OrderBy(r => r.RequestedAt).ThenBy(r => r.UserId).Include(r => r.User).Include(r => r.GrantedBy).ToListAsync(cancellationToken);
    }

    /// <summary>Null for somebody who never asked and was never given access.</summary>
    public async Task<AccessRequest?> FindAsync(string repositoryId, string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.AccessRequests.AsNoTracking().FirstOrDefaultAsync(r => r.RepositoryId == repositoryId && r.UserId == userId, cancellationToken);
    }

    public async Task<bool> IsInStateAsync(string repositoryId, PersonReference person, AccessState state, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var normalized = person.UserName?.ToUpperInvariant();
        var requests = db.AccessRequests.Where(r => r.RepositoryId == repositoryId && r.State == state);
        return await requests.AnyAsync(
            r => normalized != null ? r.User!.NormalizedUserName == normalized : person.UserId != null ? r.UserId == person.UserId : r.RequestId == person.RequestId,
            cancellationToken);
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

    /// <summary>The labels under which there are answers, at most <paramref name="most"/> of them. Cards change, so these need not be the labels of the present one.</summary>
    public async Task<IReadOnlyList<string>> AnsweredLabelsAsync(string repositoryId, int most, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var labels = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rows = db.AccessRequests.Where(r => r.RepositoryId == repositoryId && r.Fields != null).OrderBy(r => r.RequestedAt).Select(r => r.Fields!).AsAsyncEnumerable();
        await foreach (var fields in rows.WithCancellation(cancellationToken))
        {
            foreach (var (label, _) in StoredAnswers.Read(fields))
            {
                if (labels.Count < most && seen.Add(label))
                    labels.Add(label);
            }
        }

        return labels;
    }

    /// <summary>User names have ASCII letters only, and a range of them is found in their index; LIKE would look at every person.</summary>
    private static IQueryable<AccessRequest> Named(RepoHostDb db, IQueryable<AccessRequest> rows, string name, bool fullNames)
    {
        // No name has such a character, and the database would take NUL for the end of what is looked for.
        if (name.Any(char.IsControl))
            return rows.Where(_ => false);

        var first = name.ToUpperInvariant();
        var isUserName = !first.Any(c => c is < ' ' or > '~');
        if (!isUserName && !fullNames)
            return rows.Where(_ => false);
        var end = first[..^1] + (char)(first[^1] + 1);
        var patterns = NamePatterns.Containing(name);
        var people = (isUserName, fullNames) switch
        {
            (true, false) => db.Users.Where(u => string.Compare(u.NormalizedUserName, first) >= 0 && string.Compare(u.NormalizedUserName, end) < 0),
            (true, true) => db.Users.Where(u => (string.Compare(u.NormalizedUserName, first) >= 0 && string.Compare(u.NormalizedUserName, end) < 0) || EF.Functions.Like(u.FullName, patterns.Typed, NamePatterns.Escape)),
            _ => OtherLetters(db, patterns),
        };
        return rows.Where(r => people.Select(u => u.Id).Contains(r.UserId));
    }

    private static IQueryable<User> OtherLetters(RepoHostDb db, NamePatterns patterns) => db.Users.Where(u =>
        EF.Functions.Like(u.FullName, patterns.Typed, NamePatterns.Escape) || EF.Functions.Like(u.FullName, patterns.Title, NamePatterns.Escape)
        || EF.Functions.Like(u.FullName, patterns.Lower, NamePatterns.Escape) || EF.Functions.Like(u.FullName, patterns.Upper, NamePatterns.Escape));

    // The first condition says nothing new, but by it the database begins where the page begins.
    private static IQueryable<AccessRequest> Above(IQueryable<AccessRequest> rows, AccessRequestCursor cursor) =>
        rows.Where(r => r.RequestedAt >= cursor.RequestedAt && (r.RequestedAt > cursor.RequestedAt || string.Compare(r.UserId, cursor.UserId) > 0));

    private static IQueryable<AccessRequest> Below(IQueryable<AccessRequest> rows, AccessRequestCursor cursor) =>
        rows.Where(r => r.RequestedAt <= cursor.RequestedAt && (r.RequestedAt < cursor.RequestedAt || string.Compare(r.UserId, cursor.UserId) < 0));
}
