using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Gating.Persons;

/// <summary>
/// Deletes a person. What is theirs alone goes with the row: sessions, tokens, memberships, mail. What others rely on stays and becomes nobody's: that somebody was let
/// in or turned away, and who made a repository of an organization (docs/decisions/0005-deleted-people.md).
/// </summary>
internal sealed class PersonRemoval(
    IDbContextFactory<RepoHostDb> databases, RepositoryRemoval repositories, IStandingChanges changes, TimeProvider time)
{
    /// <summary>Somebody who makes repositories while they are deleted would keep us here for ever.</summary>
    private const int Rounds = 3;

    /// <summary>A sentence names no more than these.</summary>
    private const int MostNamed = 10;

    /// <summary>
    ///  1 nothing stands in the way: an organization without another admin, repositories that are not to go as well
    ///  2 the repositories, one by one
    ///  3 the row, in one transaction with what becomes nobody's; from here on their next request fails
    /// </summary>
    /// <param name="withRepositories">Deletes the repositories that they own themselves, with everything in them.</param>
    public async Task<PersonRemovalResult> RemoveAsync(string userId, bool withRepositories, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            // 1
            var (refusal, owned) = await FindObstacleAsync(userId, cancellationToken);
            if (refusal is { Outcome: not PersonRemovalOutcome.OwnsRepositories } || (refusal is not null && (!withRepositories || round > Rounds)))
                return refusal;

            // 2
            foreach (var repositoryId in owned)
                await repositories.RemoveAsync(repositoryId, cancellationToken);

            // 3
            if (await RemoveRowAsync(userId, cancellationToken) is { } result)
                return result;
        }
    }

    private async Task<(PersonRemovalResult? Refusal, IReadOnlyList<string> Repositories)> FindObstacleAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId && u.DeletedAt == null && u.OwnerOrganizationId == null, cancellationToken) is not { } user)
            return (new(PersonRemovalOutcome.NoSuchUser, "There is no such user."), []);
        if (await Organizations.OnlyAdministeredBy(db, userId).ToListAsync(cancellationToken) is { Count: > 0 } organizations)
            return (new(PersonRemovalOutcome.LastAdministrator, $"{user.UserName} is the last admin of {Names(organizations)}. Make somebody else admin first."), []);

        var owned = await db.Repositories.AsNoTracking().Where(r => r.OwnerUserId == userId).OrderBy(r => r.NameKey)
            .Select(r => new { r.Id, r.Type, r.Namespace, r.Name }).ToListAsync(cancellationToken);
        if (owned.Count == 0)
            return (null, []);
        var names = Names([.. owned.Select(r => $"{r.Type.Singular()} {r.Namespace}/{r.Name}")]);
        return (
            new(PersonRemovalOutcome.OwnsRepositories, $"{user.UserName} owns repositories: {names}. Delete them or move them to another owner first, or have them deleted as well."),
            [.. owned.Select(r => r.Id)]);
    }

    /// <returns>Null when something has come in the way since it was looked: then it is to be looked again.</returns>
    private async Task<PersonRemovalResult?> RemoveRowAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancellationToken) is not { } user
            || await Organizations.OnlyAdministeredBy(db, userId).AnyAsync(cancellationToken)
            || await db.Repositories.AnyAsync(r => r.OwnerUserId == userId, cancellationToken))
            return null;

        var now = time.GetUtcNow();
        var version = await ChangeNumbers.NextAsync(db, cancellationToken);
        await DeletedPeople.GiveToNobodyAsync(db, user, version, now, cancellationToken);
        var silenced = await EndNoticesAsync(db, user, version, cancellationToken);
        RetiredNames.Retire(db, user.UserName!, now);
        await db.SaveChangesAsync(cancellationToken);
        // Memberships, tokens, the name and all else that is theirs alone go with it.
        await db.Users.Where(u => u.Id == userId).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);

        await changes.PublishAsync(null, userId, version);
        foreach (var repositoryId in silenced)
            await changes.PublishAsync(repositoryId, null, version);
        return PersonRemovalResult.Removed;
    }

    /// <summary>What waits for them goes: mails, invitations by mail. Organizations whose notices went to their address send them to their admins from now on.</summary>
    private static async Task<IReadOnlyList<string>> EndNoticesAsync(RepoHostDb db, User user, long version, CancellationToken cancellationToken)
    {
        var (id, normalized, address) = (user.Id, user.NormalizedEmail!, user.Email!.ToLowerInvariant());
        // Anybody can give any address for theirs: only one that was proved ends what went to it.
        if (!user.EmailConfirmed)
        {
            await db.OutboxMails.Where(m => m.Recipient == id).ExecuteDeleteAsync(cancellationToken);
            await db.RequestNoticeRecipients.Where(r => r.Recipient == id).ExecuteDeleteAsync(cancellationToken);
            return [];
        }

        await db.Invitations.Where(i => i.NormalizedEmail == normalized).ExecuteDeleteAsync(cancellationToken);
#pragma warning disable CA1862 // Not run here: it becomes lower() of the database.
        await db.OutboxMails.Where(m => m.Recipient == id || m.Recipient.ToLower() == address).ExecuteDeleteAsync(cancellationToken);
        await db.RequestNoticeRecipients.Where(r => r.Recipient == id || r.Recipient.ToLower() == address).ExecuteDeleteAsync(cancellationToken);
        await db.MutedAddresses.Where(m => m.Address == address).ExecuteDeleteAsync(cancellationToken);
        var silenced = await db.Repositories.Where(r => r.GatedNotificationsEmail != null && r.GatedNotificationsEmail.ToLower() == address).Select(r => r.Id).ToListAsync(cancellationToken);
#pragma warning restore CA1862
        if (silenced.Count > 0)
        {
            await db.Repositories.Where(r => silenced.Contains(r.Id)).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.GatedNotificationsEmail, (string?)null).SetProperty(r => r.Version, version), cancellationToken);
        }

        return silenced;
    }

    private static string Names(List<string> names) =>
        names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";
}
