using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="Repositories">How many they own themselves.</param>
internal sealed record ListedPerson(
    string Id, string UserName, string FullName, string Email, bool Disabled, bool IsAdministrator, bool HasPassword, DateTimeOffset CreatedAt, int Repositories);

/// <param name="Next">Where the next page begins; null on the last.</param>
internal sealed record PeoplePage(IReadOnlyList<ListedPerson> People, string? Next);

/// <summary>Everybody with an account, by name, for those who manage them. Service accounts are their organizations' business.</summary>
internal sealed class PeopleList(IDbContextFactory<RepoHostDb> databases)
{
    /// <param name="search">Part of the user name, the full name or the mail address; letter case is ignored in ASCII. Null or empty for everybody.</param>
    /// <param name="after">The last name of the page before.</param>
    public async Task<PeoplePage> ReadAsync(string? search, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var people = db.Users.AsNoTracking().Where(u => u.DeletedAt == null && u.OwnerOrganizationId == null);
        if (!string.IsNullOrWhiteSpace(search))
        {
            var pattern = $"%{Escape(search.Trim())}%";
            people = people.Where(u => EF.Functions.Like(u.UserName!, pattern, "\\") || EF.Functions.Like(u.FullName, pattern, "\\") || EF.Functions.Like(u.Email!, pattern, "\\"));
        }

        if (!string.IsNullOrEmpty(after))
        {
            var normalized = after.ToUpperInvariant();
            people = people.Where(u => string.Compare(u.NormalizedUserName, normalized) > 0);
        }

        var rows = await people.OrderBy(u => u.NormalizedUserName).Take(limit + 1)
            .Select(u => new ListedPerson(
                u.Id, u.UserName!, u.FullName, u.Email!, u.Disabled, u.IsAdministrator, u.PasswordHash != null, u.CreatedAt, db.Repositories.Count(r => r.OwnerUserId == u.Id)))
            .ToListAsync(cancellationToken);
        return rows.Count <= limit ? new(rows, null) : new(rows.GetRange(0, limit), rows[limit - 1].UserName);
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
