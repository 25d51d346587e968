using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MimeKit;
using RepoHost.Data;

namespace RepoHost.Notifications;

/// <summary>How the authors of one repository hear of new requests.</summary>
internal sealed record RepositoryRecipients(NotificationsMode Mode, IReadOnlyList<MailRecipient> Recipients);

/// <summary>
/// Who hears of new requests (contract 6.9): the address of the repository's settings, else the owner, else the first five admins of the organization; and of these,
/// those who want to. Asked anew whenever it matters: the mail names people, and who no longer reviews a repository is no longer told who asks.
/// </summary>
internal sealed class RequestRecipients(ILookupNormalizer normalizer, IOptions<MailOptions> options)
{
    public const int MostAdministrators = 5;

    private sealed record Source(string? OwnerUserId, string? OwnerOrganizationId, string? Address);

    public async Task<IReadOnlyDictionary<string, RepositoryRecipients>> OfAsync(RepoHostDb db, IReadOnlyCollection<string> repositoryIds, CancellationToken cancellationToken)
    {
        var repositories = await db.Repositories
            .Where(r => repositoryIds.Contains(r.Id))
            .Select(r => new { r.Id, r.OwnerUserId, r.OwnerOrganizationId, r.GatedNotificationsEmail, r.GatedNotificationsMode })
            .ToListAsync(cancellationToken);

        // Most repositories of one round have one owner.
        var found = new Dictionary<Source, IReadOnlyList<MailRecipient>>();
        var all = new Dictionary<string, RepositoryRecipients>(StringComparer.Ordinal);
        foreach (var repository in repositories)
        {
            var source = new Source(repository.OwnerUserId, repository.OwnerOrganizationId, AddressOf(repository.GatedNotificationsEmail));
            if (!found.TryGetValue(source, out var recipients))
                found[source] = recipients = await FindAsync(db, source, cancellationToken);
            all[repository.Id] = new(repository.GatedNotificationsMode, recipients);
        }

        return all;
    }

    /// <summary>The person as a recipient of mails of one kind; null when they do not want any, or can't have any.</summary>
    public async Task<MailRecipient?> PersonAsync(RepoHostDb db, string userId, MailSwitch kind, CancellationToken cancellationToken)
    {
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId && !u.Disabled && u.Email != null && u.Email != "", cancellationToken);
        return user is null || (kind == MailSwitch.Requests ? user.RequestMailsOff : user.DecisionMailsOff) ? null : Recipient(user);
    }

    /// <summary>The setting may hold a name beside the address.</summary>
    private static string? AddressOf(string? setting) =>
        string.IsNullOrWhiteSpace(setting) ? null : MailboxAddress.TryParse(setting, out var mailbox) ? mailbox.Address : setting.Trim();

    private async Task<IReadOnlyList<MailRecipient>> FindAsync(RepoHostDb db, Source source, CancellationToken cancellationToken)
    {
        if (source.Address is { } address)
            return await AddressAsync(db, source, address, cancellationToken) is { } recipient ? [recipient] : [];
        if (source.OwnerUserId is { } ownerId)
            return await PersonAsync(db, ownerId, MailSwitch.Requests, cancellationToken) is { } owner ? [owner] : [];

        var administrators = await db.Memberships.AsNoTracking()
            .Where(m => m.OrganizationId == source.OwnerOrganizationId && m.Role == OrganizationRole.Admin && !m.User!.Disabled && m.User.Email != null && m.User.Email != "")
            .OrderBy(m => m.CreatedAt).ThenBy(m => m.UserId)
            .Take(MostAdministrators)
            .Select(m => m.User!)
            .ToListAsync(cancellationToken);
        return [.. administrators.Where(user => !user.RequestMailsOff).Select(Recipient)];
    }

    /// <summary>An address that is an account's is that person, so that their settings hold and they get one mail of the day. An account that only claims the address
    /// is not: it could turn somebody else's mails off.</summary>
    private async Task<MailRecipient?> AddressAsync(RepoHostDb db, Source source, string address, CancellationToken cancellationToken)
    {
        var normalized = normalizer.NormalizeEmail(address);
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedEmail == normalized && (u.EmailConfirmed || u.Id == source.OwnerUserId), cancellationToken) is { } user)
            return user.Disabled || user.RequestMailsOff ? null : Recipient(user);

        var key = address.ToLowerInvariant();
        if (await db.MutedAddresses.AnyAsync(m => m.Address == key, cancellationToken))
            return null;
        var zone = await db.Users.Where(u => u.Id == source.OwnerUserId).Select(u => u.TimeZone).FirstOrDefaultAsync(cancellationToken);
        return new(key, address, Name: null, Zone(zone));
    }

    private MailRecipient Recipient(User user) => new(user.Id, user.Email!, user.FullName, Zone(user.TimeZone));

    /// <summary>A zone that this machine does not know any more is as good as none.</summary>
    private TimeZoneInfo Zone(string? name) => TimeZones.FindOrNull(name) ?? TimeZones.FindOrNull(options.Value.TimeZone) ?? TimeZoneInfo.Utc;
}
