using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Notifications;

/// <summary>Who wants which mails. A mail that is waiting asks again before it goes out.</summary>
internal sealed class MailSwitches(IDbContextFactory<RepoHostDb> databases, TimeProvider time)
{
    /// <returns>Null when there is no such person.</returns>
    public async Task<MailSettings?> OfPersonAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(u => u.Id == userId)
            .Select(u => new MailSettings(u.TimeZone, !u.RequestMailsOff, !u.DecisionMailsOff))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>A time zone that this machine does not know is refused; nothing is changed then.</summary>
    public async Task<bool> ChangeAsync(string userId, MailSettings settings, CancellationToken cancellationToken)
    {
        if (settings.TimeZone is not null && TimeZones.FindOrNull(settings.TimeZone) is null)
            return false;

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.TimeZone, settings.TimeZone)
                .SetProperty(x => x.RequestMailsOff, !settings.Requests)
                .SetProperty(x => x.DecisionMailsOff, !settings.Decisions),
            cancellationToken) == 1;
    }

    public async Task<bool> IsOnAsync(MailSubscription subscription, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (IsAddress(subscription.Recipient))
            return !await db.MutedAddresses.AnyAsync(m => m.Address == subscription.Recipient, cancellationToken);
        return await db.Users.AnyAsync(
            u => u.Id == subscription.Recipient && (subscription.Switch == MailSwitch.Requests ? !u.RequestMailsOff : !u.DecisionMailsOff), cancellationToken);
    }

    /// <summary>For somebody who no longer exists, nothing: they get no mails either way.</summary>
    public async Task SetAsync(MailSubscription subscription, bool on, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (IsAddress(subscription.Recipient))
        {
            await MuteAsync(db, subscription.Recipient, !on, cancellationToken);
            return;
        }

        var person = db.Users.Where(u => u.Id == subscription.Recipient);
        if (subscription.Switch == MailSwitch.Requests)
            await person.ExecuteUpdateAsync(u => u.SetProperty(x => x.RequestMailsOff, !on), cancellationToken);
        else
            await person.ExecuteUpdateAsync(u => u.SetProperty(x => x.DecisionMailsOff, !on), cancellationToken);
    }

    public static bool IsAddress(string recipient) => recipient.Contains('@', StringComparison.Ordinal);

    private async Task MuteAsync(RepoHostDb db, string address, bool mute, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.MutedAddresses.Where(m => m.Address == address).ExecuteDeleteAsync(cancellationToken);
        if (mute)
        {
            db.MutedAddresses.Add(new MutedAddress { Address = address, MutedAt = time.GetUtcNow() });
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
    }
}
