using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What a person or an organization shows of itself. There is no mail address in it.</summary>
/// <param name="Name">As its holder spells it.</param>
/// <param name="UserId">Set for a person.</param>
/// <param name="OrganizationId">Set for an organization.</param>
/// <param name="ViewerRole">What whoever looks is in this organization; null for anybody else, and for people.</param>
/// <param name="MachineOf">The organization that answers for this service account; null for people and organizations.</param>
internal sealed record Profile(string Name, string FullName, DateTimeOffset CreatedAt, string? UserId, string? OrganizationId, OrganizationRole? ViewerRole, string? MachineOf);

/// <summary>One line of a list of members, or of the organizations of a person.</summary>
internal sealed record ProfileLink(string Name, string FullName, OrganizationRole Role, bool IsService)
{
    /// <summary>Of an organization.</summary>
    public string? Id { get; init; }
}

/// <summary>Reads who stands behind a name.</summary>
internal sealed class Profiles(IDbContextFactory<RepoHostDb> databases)
{
    /// <summary>A page lists this many members; of larger organizations it says so.</summary>
    public const int MostLinks = 200;

    /// <param name="name">In any letter case.</param>
    /// <param name="viewerId">Null is nobody.</param>
    public async Task<Profile?> FindAsync(string name, string? viewerId, CancellationToken cancellationToken)
    {
        if (!System.Text.Ascii.IsValid(name) || name.Length > Lengths.Name)
            return null;

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var key = AccountNames.Key(name);
        if (await db.Namespaces.AsNoTracking().FirstOrDefaultAsync(n => n.Key == key, cancellationToken) is not { } holder)
            return null;

        if (holder.OrganizationId is { } organizationId)
        {
            return await db.Organizations.AsNoTracking().Where(o => o.Id == organizationId && o.DeletedAt == null)
                .Select(o => new Profile(
                    holder.Name, o.FullName, o.CreatedAt, null, o.Id,
                    db.Memberships.Where(m => m.OrganizationId == o.Id && m.UserId == viewerId).Select(m => (OrganizationRole?)m.Role).FirstOrDefault(),
                    null))
                .FirstOrDefaultAsync(cancellationToken);
        }

        return await db.Users.AsNoTracking().Where(u => u.Id == holder.UserId)
            .Select(u => new Profile(
                holder.Name, u.FullName, u.CreatedAt, u.Id, null, null, db.Organizations.Where(o => o.Id == u.OwnerOrganizationId).Select(o => o.Name).FirstOrDefault()))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The members of an organization by role and name, at most <see cref="MostLinks"/>, and how many there are.</summary>
    public async Task<(IReadOnlyList<ProfileLink> Members, int Count)> MembersAsync(string organizationId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var members = db.Memberships.AsNoTracking().Where(m => m.OrganizationId == organizationId);
        var page = await members.OrderByDescending(m => m.Role).ThenBy(m => m.User!.NormalizedUserName).Take(MostLinks)
            .Select(m => new ProfileLink(m.User!.UserName!, m.User.FullName, m.Role, m.User.OwnerOrganizationId != null)).ToListAsync(cancellationToken);
        return (page, page.Count < MostLinks ? page.Count : await members.CountAsync(cancellationToken));
    }

    /// <summary>How many repositories of each type the owner has that the caller may see.</summary>
    public async Task<IReadOnlyDictionary<RepositoryType, int>> CountAsync(Profile owner, Caller caller, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var viewer = caller.Kind == CallerKind.Person ? caller.UserId : null;
        var rows = RepositoryListing.WithinReach(
            db.Repositories.AsNoTracking().Where(r => owner.UserId != null ? r.OwnerUserId == owner.UserId : r.OwnerOrganizationId == owner.OrganizationId),
            caller.Scopes);
        return await rows
            .Where(r => !r.Private || (viewer != null
                && (r.OwnerUserId == viewer || db.Memberships.Any(m => m.OrganizationId == r.OwnerOrganizationId && m.UserId == viewer))))
            .GroupBy(r => r.Type).Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
    }

    /// <summary>The organizations of a person by name, at most <see cref="MostLinks"/>.</summary>
    public async Task<IReadOnlyList<ProfileLink>> OrganizationsAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Memberships.AsNoTracking().Where(m => m.UserId == userId).OrderBy(m => m.Organization!.Name).Take(MostLinks)
            .Select(m => new ProfileLink(m.Organization!.Name, m.Organization.FullName, m.Role, false) { Id = m.OrganizationId })
            .ToListAsync(cancellationToken);
    }
}
