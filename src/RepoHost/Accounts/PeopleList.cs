using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="Repositories">How many they own themselves.</param>
internal sealed record ListedPerson(
    string Id,
    string UserName,
    string FullName,
    string Email,
    bool EmailConfirmed,
    bool Disabled,
    bool IsAdministrator,
    bool HasPassword,
    DateTimeOffset CreatedAt,
    int Repositories);

/// <param name="Next">Where the next page begins; null on the last.</param>
internal sealed record PeoplePage(IReadOnlyList<ListedPerson> People, string? Next);

/// <summary>Everybody with an account, by name, for those who manage them. Service accounts are their organizations' business.</summary>
internal sealed class PeopleList(IDbContextFactory<RepoHostDb> databases)
{
    /// <param name="search">Part of the user name, the full name or the mail address; letter case is ignored, of letters outside ASCII as far as <see cref="NamePatterns"/> goes. Null or empty for everybody.</param>
    /// <param name="after">The last name of the page before.</param>
    public async Task<PeoplePage> ReadAsync(string? search, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var people = Everybody(db);
        if (!string.IsNullOrWhiteSpace(search))
        {
            var patterns = NamePatterns.Containing(search.Trim());
            people = people.Where(u =>
                EF.Functions.Like(u.UserName!, patterns.Typed, NamePatterns.Escape) || EF.Functions.Like(u.Email!, patterns.Typed, NamePatterns.Escape)
                || EF.Functions.Like(u.FullName, patterns.Typed, NamePatterns.Escape) || EF.Functions.Like(u.FullName, patterns.Title, NamePatterns.Escape)
                || EF.Functions.Like(u.FullName, patterns.Lower, NamePatterns.Escape) || EF.Functions.Like(u.FullName, patterns.Upper, NamePatterns.Escape));
        }

        if (!string.IsNullOrEmpty(after))
        {
            var normalized = after.ToUpperInvariant();
            people = people.Where(u => string.Compare(u.NormalizedUserName, normalized) > 0);
        }

        var rows = await Describe(db, people.OrderBy(u => u.NormalizedUserName).Take(limit + 1)).ToListAsync(cancellationToken);
        return rows.Count <= limit ? new(rows, null) : new(rows.GetRange(0, limit), rows[limit - 1].UserName);
    }

    public async Task<ListedPerson?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var normalized = name.ToUpperInvariant();
        return await Describe(db, Everybody(db).Where(u => u.NormalizedUserName == normalized)).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<ListedPerson?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Describe(db, Everybody(db).Where(u => u.Id == userId)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Without them nobody could manage people, until the operator makes another administrator.</summary>
    public async Task<bool> IsOnlyAdministratorAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var administrators = await Everybody(db).Where(u => u.IsAdministrator && !u.Disabled).Select(u => u.Id).Order().Take(2).ToListAsync(cancellationToken);
        return administrators is [var only] && only == userId;
    }

    private static IQueryable<User> Everybody(RepoHostDb db) => db.Users.AsNoTracking().Where(u => u.DeletedAt == null && u.OwnerOrganizationId == null);

    private static IQueryable<ListedPerson> Describe(RepoHostDb db, IQueryable<User> people) => people.Select(u => new ListedPerson(
        u.Id, u.UserName!, u.FullName, u.Email!, u.EmailConfirmed, u.Disabled, u.IsAdministrator, u.PasswordHash != null, u.CreatedAt,
        db.Repositories.Count(r => r.OwnerUserId == u.Id)));
}
