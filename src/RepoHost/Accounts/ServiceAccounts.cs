using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="Role">In its own organization; null: it belongs there, and may do nothing.</param>
/// <param name="Tokens">That still work.</param>
internal sealed record ServiceAccount(User Account, string Organization, OrganizationRole? Role, int Tokens);

/// <param name="Message">A sentence for the person; empty when added.</param>
internal sealed record AddServiceAccountResult(User? Account, string Message);

/// <summary>
/// Machines that organizations answer for. To the rest of the program they are accounts like any other: they hold tokens, are granted access and are members
/// of their own organization. What they lack is a password, a mail address and a namespace, and they never ask for anything.
/// </summary>
internal sealed class ServiceAccounts(IDbContextFactory<RepoHostDb> databases, IStandingChanges changes, ILookupNormalizer normalizer, TimeProvider time)
{
    public const int MostOfOneOrganization = 100;

    /// <param name="role">In its organization, never admin; null: none, so that it may only what it is granted.</param>
    public async Task<AddServiceAccountResult> AddAsync(string organizationName, string name, string? fullName, OrganizationRole? role, CancellationToken cancellationToken)
    {
        if (!AccountNames.IsNamespace(name))
            return new(null, AccountNames.NamespaceRule);
        if (!AccountNames.IsFullName(fullName))
            return new(null, AccountNames.FullNameRule);
        if (role == OrganizationRole.Admin)
            return new(null, "A service account can't be an admin.");

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await Organizations.FindOrganizationAsync(db.Organizations, db, organizationName, cancellationToken) is not { } organization)
            return new(null, $"There is no organization {organizationName}.");
        var key = AccountNames.Key(name);
        if (await RetiredNames.IsTakenAsync(db, name, cancellationToken))
            return new(null, $"The name {name} is taken. Service accounts share their names with people and organizations.");
        if (await db.Users.CountAsync(u => u.OwnerOrganizationId == organization.Id, cancellationToken) >= MostOfOneOrganization)
            return new(null, $"{organization.Name} has {MostOfOneOrganization} service accounts, which is the most. Delete one first.");

        var id = HubId.New();
        var account = new User
        {
            Id = id,
            UserName = name,
            NormalizedUserName = normalizer.NormalizeName(name),
            FullName = string.IsNullOrWhiteSpace(fullName) ? name : fullName.Trim(),
            Email = "",
            NormalizedEmail = User.NoAddress(id),
            OwnerOrganizationId = organization.Id,
            CreatedAt = time.GetUtcNow(),
            Version = await ChangeNumbers.NextAsync(db, cancellationToken),
        };
        db.Users.Add(account);
        db.Namespaces.Add(new NamespaceEntry { Key = key, Name = name, UserId = account.Id });
        if (role is { } given)
            db.Memberships.Add(new Membership { OrganizationId = organization.Id, UserId = account.Id, Role = given, CreatedAt = account.CreatedAt });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return new(account, "");
    }

    /// <summary>By name, of one organization or of all.</summary>
    public async Task<IReadOnlyList<ServiceAccount>> ListAsync(string? organizationId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Users.AsNoTracking()
            .Where(u => u.OwnerOrganizationId != null && (organizationId == null || u.OwnerOrganizationId == organizationId))
            .OrderBy(u => u.NormalizedUserName)
            .Select(u => new
            {
                Account = u,
                Organization = db.Organizations.Where(o => o.Id == u.OwnerOrganizationId).Select(o => o.Name).First(),
                Role = db.Memberships.Where(m => m.UserId == u.Id && m.OrganizationId == u.OwnerOrganizationId).Select(m => (OrganizationRole?)m.Role).FirstOrDefault(),
                Tokens = db.AccessTokens.Count(t => t.UserId == u.Id && t.RevokedAt == null && t.ExpiresAt > now),
            })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(r => new ServiceAccount(r.Account, r.Organization, r.Role, r.Tokens))];
    }

    /// <summary>Within its organization: another's machine is not found.</summary>
    /// <param name="organizationId">Null: of any, for the operator.</param>
    public async Task<User?> FindAsync(string? organizationId, string name, CancellationToken cancellationToken)
    {
        var normalized = normalizer.NormalizeName(name);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(
            u => u.NormalizedUserName == normalized && u.OwnerOrganizationId != null && (organizationId == null || u.OwnerOrganizationId == organizationId), cancellationToken);
    }

    /// <summary>By its organization: every token ends at once, or works again. What the operator has disabled stays so.</summary>
    /// <returns>False when nothing was changed.</returns>
    public async Task<bool> SwitchAsync(string organizationId, string accountId, bool disabled, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var version = await ChangeNumbers.NextAsync(db, cancellationToken);
        var changed = await db.Users
            .Where(u => u.Id == accountId && u.OwnerOrganizationId == organizationId && u.Disabled == !disabled && (disabled || u.DisabledByOwner))
            .ExecuteUpdateAsync(
                u => u.SetProperty(x => x.Disabled, disabled).SetProperty(x => x.DisabledByOwner, disabled).SetProperty(x => x.Version, version), cancellationToken);
        if (changed == 0)
            return false;
        await transaction.CommitAsync(CancellationToken.None);
        await changes.PublishAsync(null, accountId, version);
        return true;
    }

    /// <summary>Ends its tokens and everything it was granted, in force when it returns. Repositories that it made stay.</summary>
    /// <returns>False when there is no such machine.</returns>
    public async Task<bool> DeleteAsync(string accountId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == accountId && u.OwnerOrganizationId != null, cancellationToken) is not { } account)
            return false;
        var version = await ChangeNumbers.NextAsync(db, cancellationToken);
        await RemoveRowsAsync(db, account, version, time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        await changes.PublishAsync(null, accountId, version);
        return true;
    }

    /// <summary>As of a person: what others rely on, such as that it was given access, becomes nobody's, and nobody gets its name (docs/decisions/0005-deleted-people.md).</summary>
    internal static async Task RemoveRowsAsync(RepoHostDb db, User account, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await DeletedPeople.GiveToNobodyAsync(db, account, version, now, cancellationToken);
        RetiredNames.Retire(db, account.UserName!, now);
        await db.SaveChangesAsync(cancellationToken);
        await db.Users.Where(u => u.Id == account.Id).ExecuteDeleteAsync(cancellationToken);
    }
}
