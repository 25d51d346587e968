using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum AddOrganizationOutcome
{
    Added,
    BadName,
    BadFullName,
    NameTaken,
    NoSuchUser,

    /// <summary>Not everybody makes organizations here, or this person has made enough.</summary>
    NotAllowed,
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

    /// <summary>A machine belongs to the organization that it was made for, and to no other.</summary>
    ServiceOfAnother,

    /// <summary>A machine can't administer: nobody could be asked what it did.</summary>
    ServiceAsAdministrator,
}

/// <summary>Makes organizations and says who is what in them. A change of membership is a change of the person: it is in force when it returns.</summary>
internal sealed class Organizations(IDbContextFactory<RepoHostDb> databases, IStandingChanges changes, IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>How many one person may administer and still make another: names are few, and nobody should collect them.</summary>
    public const int MostOfOnePerson = 50;

    /// <summary>By the operator, for whomever.</summary>
    public Task<AddOrganizationResult> AddAsync(string name, string? fullName, string? administratorName, CancellationToken cancellationToken)
        => AddAsync(name, fullName, administratorName, most: null, cancellationToken);

    /// <summary>By a person, who administers it then.</summary>
    public Task<AddOrganizationResult> CreateAsync(Caller creator, string name, string? fullName, CancellationToken cancellationToken)
        => MayCreate(creator)
            ? AddAsync(name, fullName, creator.UserName, creator.IsAdministrator ? null : MostOfOnePerson, cancellationToken)
            : Task.FromResult(new AddOrganizationResult(
                AddOrganizationOutcome.NotAllowed, null,
                creator.IsService ? "A service account makes no organizations." : "On this server only administrators make organizations. Ask one of them."));

    /// <summary>Whether this person may make organizations at all, whatever their credential.</summary>
    public bool MayCreate(Caller caller)
        => caller is { Kind: CallerKind.Person, IsService: false } && (options.Value.OrganizationsByEveryone || caller.IsAdministrator);

    private async Task<AddOrganizationResult> AddAsync(string name, string? fullName, string? administratorName, int? most, CancellationToken cancellationToken)
    {
        if (!AccountNames.IsNamespace(name))
            return new(AddOrganizationOutcome.BadName, null, AccountNames.NamespaceRule);
        if (!AccountNames.IsFullName(fullName))
            return new(AddOrganizationOutcome.BadFullName, null, AccountNames.FullNameRule);

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var key = AccountNames.Key(name);
        if (await RetiredNames.IsTakenAsync(db, name, cancellationToken))
            return new(AddOrganizationOutcome.NameTaken, null, $"The name {name} is taken.");

        var administrator = administratorName is null ? null : await FindUserAsync(db, administratorName, cancellationToken);
        if (administratorName is not null && administrator is null)
            return new(AddOrganizationOutcome.NoSuchUser, null, $"There is no user {administratorName}.");
        if (administrator is { IsService: true })
            return new(AddOrganizationOutcome.NoSuchUser, null, $"{administratorName} is a service account, which can't administer an organization.");
        if (most is { } limit && await db.Memberships.CountAsync(m => m.UserId == administrator!.Id && m.Role == OrganizationRole.Admin, cancellationToken) >= limit)
            return new(AddOrganizationOutcome.NotAllowed, null, $"You administer {limit} organizations already. Leave or delete one of them first.");

        var organization = new Organization
        {
            Id = HubId.New(),
            Name = name,
            FullName = string.IsNullOrWhiteSpace(fullName) ? name : fullName.Trim(),
            CreatedAt = time.GetUtcNow(),
            NeverPublished = true,
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
        => ChangeAsync(organization, userName, role, mustBeMember: false, cancellationToken);

    /// <summary>Of a member; whoever is none has to accept an invitation first.</summary>
    public Task<MembershipOutcome> ChangeRoleAsync(string organization, string userName, OrganizationRole role, CancellationToken cancellationToken)
        => ChangeAsync(organization, userName, role, mustBeMember: true, cancellationToken);

    public Task<MembershipOutcome> RemoveMemberAsync(string organization, string userName, CancellationToken cancellationToken)
        => ChangeAsync(organization, userName, role: null, mustBeMember: false, cancellationToken);

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

    /// <summary>
    /// Names of the organizations that only this person administers, whether or not they can still sign in: without them, nobody could. A disabled
    /// admin does not count as another one.
    /// </summary>
    public async Task<IReadOnlyList<string>> OnlyAdministeredByAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await OnlyAdministeredBy(db, userId).ToListAsync(cancellationToken);
    }

    internal static IQueryable<string> OnlyAdministeredBy(RepoHostDb db, string userId)
        => db.Memberships
            .Where(m => m.UserId == userId && m.Role == OrganizationRole.Admin
                && !db.Memberships.Any(o => o.OrganizationId == m.OrganizationId && o.UserId != userId && o.Role == OrganizationRole.Admin && !o.User!.Disabled))
            .OrderBy(m => m.Organization!.Name)
            .Select(m => m.Organization!.Name);

    /// <summary>By name, with what the person is in each.</summary>
    public async Task<IReadOnlyList<Membership>> ListOfPersonAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Memberships.AsNoTracking()
            .Where(m => m.UserId == userId)
            .Include(m => m.Organization)
            .OrderBy(m => m.Organization!.Name)
            .ToListAsync(cancellationToken);
    }

    /// <summary>All by name, for the operator, each with the number of its members and repositories.</summary>
    public async Task<IReadOnlyList<(Organization Organization, int Members, int Repositories)>> AllAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Organizations.AsNoTracking()
            .Where(o => o.DeletedAt == null)
            .OrderBy(o => o.Name)
            .Select(o => new { Row = o, Members = o.Members.Count, Repositories = db.Repositories.Count(r => r.OwnerOrganizationId == o.Id) })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(r => (r.Row, r.Members, r.Repositories))];
    }

    /// <summary>Null for whoever is no member.</summary>
    public async Task<OrganizationRole?> RoleOfAsync(string organizationId, string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Memberships
            .Where(m => m.OrganizationId == organizationId && m.UserId == userId)
            .Select(m => (OrganizationRole?)m.Role)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <param name="role">Null removes.</param>
    private async Task<MembershipOutcome> ChangeAsync(
        string organizationName, string userName, OrganizationRole? role, bool mustBeMember, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await FindOrganizationAsync(db.Organizations, db, organizationName, cancellationToken) is not { } organization)
            return MembershipOutcome.NoSuchOrganization;
        if (await FindUserAsync(db, userName, cancellationToken) is not { } user)
            return MembershipOutcome.NoSuchUser;

        if (user.IsService && user.OwnerOrganizationId != organization.Id)
            return MembershipOutcome.ServiceOfAnother;
        if (user.IsService && role == OrganizationRole.Admin)
            return MembershipOutcome.ServiceAsAdministrator;

        var membership = await db.Memberships.FirstOrDefaultAsync(m => m.OrganizationId == organization.Id && m.UserId == user.Id, cancellationToken);
        // A machine needs no invitation: it belongs here.
        if (membership is null && (role is null || (mustBeMember && !user.IsService)))
            return MembershipOutcome.NotAMember;
        if (membership?.Role == OrganizationRole.Admin && role != OrganizationRole.Admin
            && !await db.Memberships.AnyAsync(
                m => m.OrganizationId == organization.Id && m.UserId != user.Id && m.Role == OrganizationRole.Admin && !m.User!.Disabled, cancellationToken))
            return MembershipOutcome.LastAdministrator;

        if (role is null)
            db.Memberships.Remove(membership!);
        else if (membership is null)
        {
            db.Memberships.Add(New(organization, user, role.Value));
            await db.Invitations.Where(i => i.OrganizationId == organization.Id && i.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        }
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

    internal static Task<Organization?> FindOrganizationAsync(IQueryable<Organization> organizations, RepoHostDb db, string name, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        return organizations.FirstOrDefaultAsync(o => o.DeletedAt == null && db.Namespaces.Any(n => n.Key == key && n.OrganizationId == o.Id), cancellationToken);
    }

    internal static Task<User?> FindUserAsync(RepoHostDb db, string name, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        return db.Users.FirstOrDefaultAsync(u => db.Namespaces.Any(n => n.Key == key && n.UserId == u.Id), cancellationToken);
    }
}
