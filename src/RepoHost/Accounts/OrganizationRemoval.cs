using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum RemoveOrganizationOutcome
{
    Removed,
    NoSuchOrganization,

    /// <summary>Repositories are moved or deleted first, each on purpose.</summary>
    OwnsRepositories,
}

/// <param name="Repositories">How many are in the way.</param>
/// <param name="NameKept">Nobody can take the name: people may still have addresses with it.</param>
internal sealed record RemoveOrganizationResult(RemoveOrganizationOutcome Outcome, int Repositories = 0, bool NameKept = false);

/// <summary>
/// Ends an organization without repositories: its memberships, its invitations and its machines go with it. A name under which something was published stays
/// taken, so that nobody else serves files under addresses that people still have; only the operator frees it.
/// </summary>
internal sealed class OrganizationRemoval(IDbContextFactory<RepoHostDb> databases, IStandingChanges changes, TimeProvider time)
{
    public async Task<RemoveOrganizationResult> RemoveAsync(string organizationId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Organizations.AsNoTracking().FirstOrDefaultAsync(o => o.Id == organizationId && o.DeletedAt == null, cancellationToken) is not { } organization)
            return new(RemoveOrganizationOutcome.NoSuchOrganization);
        var repositories = await db.Repositories.CountAsync(r => r.OwnerOrganizationId == organizationId, cancellationToken);
        if (repositories > 0)
            return new(RemoveOrganizationOutcome.OwnsRepositories, repositories);

        var version = await ChangeNumbers.NextAsync(db, cancellationToken);
        var machines = await db.Users.AsNoTracking().Where(u => u.OwnerOrganizationId == organizationId).ToListAsync(cancellationToken);
        foreach (var machine in machines)
            await ServiceAccounts.RemoveRowsAsync(db, machine, version, time.GetUtcNow(), cancellationToken);

        var people = await db.Memberships.Where(m => m.OrganizationId == organizationId).Select(m => m.UserId).ToListAsync(cancellationToken);
        await db.Users.Where(u => people.Contains(u.Id)).ExecuteUpdateAsync(u => u.SetProperty(x => x.Version, version), cancellationToken);
        await RemoveRowsAsync(db, organization, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);

        await Task.WhenAll(people.Concat(machines.Select(m => m.Id)).Distinct().Select(id => changes.PublishAsync(null, id, version)));
        return new(RemoveOrganizationOutcome.Removed, NameKept: !organization.NeverPublished);
    }

    /// <summary>Lets anybody take a name that was kept after its organization was deleted.</summary>
    /// <returns>False when the name was not kept.</returns>
    public async Task<bool> FreeNameAsync(string name, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Organizations
            .Where(o => o.DeletedAt != null && db.Namespaces.Any(n => n.Key == key && n.OrganizationId == o.Id))
            .ExecuteDeleteAsync(cancellationToken) == 1;
    }

    /// <summary>What hangs on the row goes with it; a row that keeps the name loses it all the same.</summary>
    private async Task RemoveRowsAsync(RepoHostDb db, Organization organization, CancellationToken cancellationToken)
    {
        var row = db.Organizations.Where(o => o.Id == organization.Id);
        if (organization.NeverPublished)
        {
            await row.ExecuteDeleteAsync(cancellationToken);
            return;
        }

        var now = time.GetUtcNow();
        await db.Memberships.Where(m => m.OrganizationId == organization.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Invitations.Where(i => i.OrganizationId == organization.Id).ExecuteDeleteAsync(cancellationToken);
        await row.ExecuteUpdateAsync(o => o.SetProperty(x => x.DeletedAt, now), cancellationToken);
    }
}
