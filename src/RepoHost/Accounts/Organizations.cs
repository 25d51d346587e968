using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum AddOrganizationOutcome
{
    Added,
    BadName,
    BadFullName,
    NameTaken,
    NoSuchUser,
}

/// <param name="Message">A sentence for the person; empty when added.</param>
internal sealed record AddOrganizationResult(AddOrganizationOutcome Outcome, Organization? Organization, string Message);

internal enum MembershipOutcome
{
    Done,
    NoSuchOrganization,
    NoSuchUser,
    NotAMember,

    /// <summary>Nobody else could administer the organization afterwards.</summary>
    LastAdministrator,
}

/// <summary>Makes organizations and says who is what in them. A change of membership is a change of the person: it is in force when it returns.</summary>
internal sealed class Organizations(IDbContextFactory<RepoHostDb> databases, IStandingChanges changes, TimeProvider time)
{
    public async Task<AddOrganizationResult> AddAsync(string name, string? fullName, string? administratorName, CancellationToken cancellationToken)
    {
        if (!AccountNames.IsNamespace(name))
            return new(AddOrganizationOutcome.BadName, null, AccountNames.NamespaceRule);
        if (fullName is not null && (fullName.Length > Lengths.FullName || fullName.Any(char.IsControl)))
            return new(AddOrganizationOutcome.BadFullName, null, $"A full name has at most {Lengths.FullName} characters and no line breaks.");

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var key = AccountNames.Key(name);
        if (await RetiredNames.IsTakenAsync(db, name, cancellationToken))
            return new(AddOrganizationOutcome.NameTaken, null, $"The name {name} is taken.");

        var administrator = administratorName is null ? null : await FindUserAsync(db, administratorName, cancellationToken);
        if (administratorName is not null && administrator is null)
            return new(AddOrganizationOutcome.NoSuchUser, null, $"There is no user {administratorName}.");

        var organization = new Organization
        {
            Id = HubId.New(),
            Name = name,
            FullName = string.IsNullOrWhiteSpace(fullName) ? name : fullName.Trim(),
            CreatedAt = time.GetUtcNow(),
        };
        db.Organizations.Add(organization);
        db.Namespaces.Add(new NamespaceEntry { Key = key, Name = name, OrganizationId = organization.Id });
        if (administrator is not null)
        {
            db.Memberships.Add(New(organization, administrator, OrganizationRole.Admin));
            administrator.Version = await ChangeNumbers.NextAsync(db, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        if (administrator is not null)
            await changes.PublishAsync(null, administrator.Id, administrator.Version);
        return new(AddOrganizationOutcome.Added, organization, "");
    }

    public Task<MembershipOutcome> SetMemberAsync(string organization, string userName, OrganizationRole role, CancellationToken cancellationToken)
        => ChangeAsync(organization, userName, role, cancellationToken);

    public Task<MembershipOutcome> RemoveMemberAsync(string organization, string userName, CancellationToken cancellationToken)
        => ChangeAsync(organization, userName, role: null, cancellationToken);

    public async Task<Organization?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await FindOrganizationAsync(db.Organizations.AsNoTracking(), db, name, cancellationToken);
    }

    /// <summary>By name, each with its person.</summary>
    public async Task<IReadOnlyList<Membership>> ListMembersAsync(string organizationId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Memberships.AsNoTracking()
            .Where(m => m.OrganizationId == organizationId)
            .Include(m => m.User)
            .OrderBy(m => m.User!.NormalizedUserName)
            .ToListAsync(cancellationToken);
    }

    /// <param name="role">Null removes.</param>
    private async Task<MembershipOutcome> ChangeAsync(string organizationName, string userName, OrganizationRole? role, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await FindOrganizationAsync(db.Organizations, db, organizationName, cancellationToken) is not { } organization)
            return MembershipOutcome.NoSuchOrganization;
        if (await FindUserAsync(db, userName, cancellationToken) is not { } user)
            return MembershipOutcome.NoSuchUser;

        var membership = await db.Memberships.FirstOrDefaultAsync(m => m.OrganizationId == organization.Id && m.UserId == user.Id, cancellationToken);
        if (membership is null && role is null)
            return MembershipOutcome.NotAMember;
        if (membership?.Role == OrganizationRole.Admin && role != OrganizationRole.Admin
            && !await db.Memberships.AnyAsync(m => m.OrganizationId == organization.Id && m.UserId != user.Id && m.Role == OrganizationRole.Admin, cancellationToken))
            return MembershipOutcome.LastAdministrator;

        if (role is null)
            db.Memberships.Remove(membership!);
        else if (membership is null)
            db.Memberships.Add(New(organization, user, role.Value));
        else
            membership.Role = role.Value;
        user.Version = await ChangeNumbers.NextAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        await changes.PublishAsync(null, user.Id, user.Version);
        return MembershipOutcome.Done;
    }

    private Membership New(Organization organization, User user, OrganizationRole role)
        => new() { OrganizationId = organization.Id, UserId = user.Id, Role = role, CreatedAt = time.GetUtcNow() };

    private static Task<Organization?> FindOrganizationAsync(IQueryable<Organization> organizations, RepoHostDb db, string name, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        return organizations.FirstOrDefaultAsync(o => db.Namespaces.Any(n => n.Key == key && n.OrganizationId == o.Id), cancellationToken);
    }

    private static Task<User?> FindUserAsync(RepoHostDb db, string name, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        return db.Users.FirstOrDefaultAsync(u => db.Namespaces.Any(n => n.Key == key && n.UserId == u.Id), cancellationToken);
    }
}
