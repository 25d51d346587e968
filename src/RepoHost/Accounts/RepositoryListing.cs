using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// One page of a list of repositories. A page continues behind the last row of the one before, so none is skipped or repeated because others come and go.
/// </summary>
internal static class RepositoryListing
{
    private const int MaxLimit = 1000;
    private const int MaxCursorLength = 512;

    public static async Task<RepositoryPage> ReadAsync(RepoHostDb db, RepositoryQuery query, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(query.Limit, 1, MaxLimit);
        var rows = await Order(Filter(db, query), query).Take(limit + 1).ToListAsync(cancellationToken);
        var items = rows.Take(limit).Select(RepositoryRecord.From).ToList();
        return new RepositoryPage(items, rows.Count > limit ? CursorAfter(items[^1], query.Sort) : null);
    }

    /// <summary>The cursor behind one row of a page, for callers that take only the beginning of it.</summary>
    public static string CursorAfter(RepositoryRecord row, RepositorySort sort) =>
        Cursor.After(row.CreatedAt, row.LastModified, row.Id, AccountNames.Key(row.FullName), sort).ToString();

    private static IQueryable<Repository> Filter(RepoHostDb db, RepositoryQuery query)
    {
        var rows = db.Repositories.AsNoTracking().Where(r => r.Type == query.Type);
        // The same people as RepositoryRole.MaySee.
        rows = query.VisibleTo is { } person
            ? WithinReach(rows.Where(r => !r.Private || r.OwnerUserId == person
                || db.Memberships.Any(m => m.UserId == person && m.OrganizationId == r.OwnerOrganizationId)), query.Reach)
            : rows.Where(r => !r.Private);
        if (query.OwnedBy is { } owner)
            rows = rows.Where(r => r.OwnerUserId == owner || db.Memberships.Any(m => m.UserId == owner && m.OrganizationId == r.OwnerOrganizationId));

        if (query.Author is { } author)
        {
            var start = AccountNames.Key(author) + "/";
            rows = rows.Where(r => r.NameKey.StartsWith(start));
        }

        foreach (var part in query.Search)
        {
            var key = AccountNames.Key(part);
            rows = rows.Where(r => r.NameKey.Contains(key));
        }

        return rows;
    }

    /// <summary>The same repositories as those at which <see cref="TokenScopes.At"/> finds a right, and all public ones.</summary>
    public static IQueryable<Repository> WithinReach(IQueryable<Repository> rows, TokenScopes reach)
    {
        if (!reach.IsLimited)
            return rows;
        var ids = reach.EntityIds;
        return rows.Where(r => !r.Private || ids.Contains(r.Id) || ids.Contains(r.OwnerUserId) || ids.Contains(r.OwnerOrganizationId));
    }

    private static IQueryable<Repository> Order(IQueryable<Repository> rows, RepositoryQuery query)
    {
        var after = Cursor.ReadOrNull(query.Cursor);
        var time = after?.Time ?? default;
        var text = after?.Text ?? "";
        return (query.Sort, query.Reversed) switch
        {
            (RepositorySort.Name, false) => rows.Where(r => after == null || string.Compare(r.NameKey, text) > 0).OrderBy(r => r.NameKey),
            (RepositorySort.Name, true) => rows.Where(r => after == null || string.Compare(r.NameKey, text) < 0).OrderByDescending(r => r.NameKey),
            (RepositorySort.CreatedAt, false) => rows
                .Where(r => after == null || r.CreatedAt < time || (r.CreatedAt == time && string.Compare(r.Id, text) < 0))
                .OrderByDescending(r => r.CreatedAt).ThenByDescending(r => r.Id),
            (RepositorySort.CreatedAt, true) => rows
                .Where(r => after == null || r.CreatedAt > time || (r.CreatedAt == time && string.Compare(r.Id, text) > 0))
                .OrderBy(r => r.CreatedAt).ThenBy(r => r.Id),
            (_, false) => rows
                .Where(r => after == null || r.LastModified < time || (r.LastModified == time && string.Compare(r.Id, text) < 0))
                .OrderByDescending(r => r.LastModified).ThenByDescending(r => r.Id),
            (_, true) => rows
                .Where(r => after == null || r.LastModified > time || (r.LastModified == time && string.Compare(r.Id, text) > 0))
                .OrderBy(r => r.LastModified).ThenBy(r => r.Id),
        };
    }

    /// <summary>The sort key of the last row of a page, in base64url.</summary>
    private sealed record Cursor(DateTimeOffset Time, string Text)
    {
        public static Cursor After(DateTimeOffset createdAt, DateTimeOffset lastModified, string id, string nameKey, RepositorySort sort) => sort switch
        {
            RepositorySort.Name => new(DateTimeOffset.UnixEpoch, nameKey),
            RepositorySort.CreatedAt => new(createdAt, id),
            _ => new(lastModified, id),
        };

        public static Cursor? ReadOrNull(string? cursor)
        {
            if (cursor is null or "" || cursor.Length > MaxCursorLength || !Base64Url.IsValid(cursor))
                return null;

            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|', 2);
            return parts.Length == 2
                && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? new Cursor(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), parts[1])
                : null;
        }

        public override string ToString()
            => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}|{Text}"));
    }
}
