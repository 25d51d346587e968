using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Notifications;

/// <summary>
/// Makes mails of new requests, few of them: whatever has come together for a recipient by the time it is due becomes one mail. Every step is one transaction whose
/// keys allow it once, so that neither a crash nor a second process tells anybody twice.
/// </summary>
internal sealed class RequestNotices(IDbContextFactory<RepoHostDb> databases, RequestRecipients recipients, IOptions<MailOptions> options, TimeProvider time)
{
    /// <summary>Mails at once that somebody gets within an hour; what comes then is gathered until the hour is over.</summary>
    public const int MostAtOnceInAnHour = 10;

    private const int NoticesAtATime = 200;
    private const int RecipientsAtATime = 100;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Somebody who moves to another time zone must not get a second mail of the day. Shorter than the shortest day of 23 hours.</summary>
    private static readonly TimeSpan LeastBetweenDigests = TimeSpan.FromHours(18);

    /// <summary>Finds out who is to hear of new requests, and when.</summary>
    /// <returns>True when there may be more.</returns>
    public async Task<bool> AddressAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await db.RequestNotices.AnyAsync(n => !n.Addressed, cancellationToken))
            return false;

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var notices = await db.RequestNotices.AsNoTracking().Where(n => !n.Addressed).OrderBy(n => n.Version).Take(NoticesAtATime).ToListAsync(cancellationToken);
        var versions = notices.ConvertAll(n => n.Version);
        var repositories = await recipients.OfAsync(db, [.. notices.Select(n => n.RepositoryId).Distinct()], cancellationToken);
        var there = (await db.RequestNoticeRecipients.Where(r => versions.Contains(r.Version)).Select(r => new { r.Version, r.Recipient }).ToListAsync(cancellationToken))
            .Select(r => (r.Version, r.Recipient)).ToHashSet();
        foreach (var notice in notices)
        {
            if (!repositories.TryGetValue(notice.RepositoryId, out var repository))
                continue;
            foreach (var recipient in repository.Recipients.Where(r => there.Add((notice.Version, r.Key))))
                db.RequestNoticeRecipients.Add(Row(notice, repository.Mode, recipient));
        }

        await db.SaveChangesAsync(cancellationToken);
        await db.RequestNotices.Where(n => versions.Contains(n.Version)).ExecuteUpdateAsync(n => n.SetProperty(x => x.Addressed, true), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return notices.Count == NoticesAtATime;
    }

    /// <summary>Makes a mail for everybody for whom something is due.</summary>
    /// <returns>True when there may be more.</returns>
    public async Task<bool> GatherAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var due = await db.RequestNoticeRecipients
            .Where(r => r.MailId == null && r.DueAt <= now)
            .Select(r => new { r.Recipient, r.Daily })
            .Distinct()
            .OrderBy(r => r.Recipient)
            .ThenBy(r => r.Daily)
            .Take(RecipientsAtATime)
            .ToListAsync(cancellationToken);
        foreach (var one in due)
            await GatherAsync(one.Recipient, one.Daily, now, cancellationToken);
        return due.Count == RecipientsAtATime;
    }

    /// <summary>Rows of long ago, told or not.</summary>
    public async Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.RequestNotices.Where(n => n.RequestedAt < before).ExecuteDeleteAsync(cancellationToken);
    }

    private RequestNoticeRecipient Row(RequestNotice notice, NotificationsMode mode, MailRecipient recipient)
    {
        var daily = mode == NotificationsMode.Bulk;
        var due = daily ? DigestHours.Next(notice.RequestedAt, options.Value.DigestHour, recipient.Zone) : notice.RequestedAt;
        return new() { Version = notice.Version, Recipient = recipient.Key, Daily = daily, DueAt = due };
    }

    private async Task GatherAsync(string recipient, bool daily, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var due = db.RequestNoticeRecipients.Where(r => r.Recipient == recipient && r.MailId == null && r.Daily == daily && r.DueAt <= now);
        var repositoryIds = await due.Select(r => r.Notice!.RepositoryId).Distinct().ToListAsync(cancellationToken);
        var repositories = await recipients.OfAsync(db, repositoryIds, cancellationToken);
        var stale = repositoryIds.Where(id => !repositories.TryGetValue(id, out var r) || r.Recipients.All(x => x.Key != recipient)).ToList();
        var zone = repositories.Values.SelectMany(r => r.Recipients).FirstOrDefault(r => r.Key == recipient)?.Zone;

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (stale.Count > 0)
            await AddressAnewAsync(db, due, stale, cancellationToken);
        if (zone is not null)
        {
            var postponed = daily ? await AfterDigestAsync(db, recipient, zone, now, cancellationToken) : await AfterHourAsync(db, recipient, now, cancellationToken);
            if (postponed is { } later)
                await due.ExecuteUpdateAsync(r => r.SetProperty(x => x.DueAt, later), cancellationToken);
            else
                await AddMailAsync(db, due, recipient, daily, zone, now, cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>The repository has another owner or another address by now, or the recipient wants no more mails: whoever it is now hears of it instead.</summary>
    private static async Task AddressAnewAsync(RepoHostDb db, IQueryable<RequestNoticeRecipient> due, List<string> stale, CancellationToken cancellationToken)
    {
        var gone = due.Where(r => stale.Contains(r.Notice!.RepositoryId)).Select(r => r.Version);
        var versions = await gone.ToListAsync(cancellationToken);
        await db.RequestNotices.Where(n => versions.Contains(n.Version)).ExecuteUpdateAsync(n => n.SetProperty(x => x.Addressed, false), cancellationToken);
        await due.Where(r => versions.Contains(r.Version)).ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task AddMailAsync(
        RepoHostDb db, IQueryable<RequestNoticeRecipient> due, string recipient, bool daily, TimeZoneInfo zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Empty when another process was faster.
        if (await due.MinAsync(r => (long?)r.Version, cancellationToken) is not { } first)
            return;
        var mail = new OutboxMail
        {
            Key = daily ? DigestKey(recipient, now, zone) : $"requests:{recipient}:{first}",
            Kind = daily ? MailKind.Digest : MailKind.Requests,
            Recipient = recipient,
            CreatedAt = now,
            DueAt = now,
        };
        db.OutboxMails.Add(mail);
        await db.SaveChangesAsync(cancellationToken);
        await due.ExecuteUpdateAsync(r => r.SetProperty(x => x.MailId, mail.Id), cancellationToken);
    }

    /// <summary>Null when the mail of the day may go out.</summary>
    private async Task<DateTimeOffset?> AfterDigestAsync(RepoHostDb db, string recipient, TimeZoneInfo zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = DigestKey(recipient, now, zone);
        var since = now - LeastBetweenDigests;
        return await db.OutboxMails.AnyAsync(m => m.Key == key || (m.Recipient == recipient && m.Kind == MailKind.Digest && m.CreatedAt > since && m.State != MailState.NotNeeded), cancellationToken)
            ? DigestHours.Next(now, options.Value.DigestHour, zone)
            : null;
    }

    /// <summary>Null when there may be another mail at once.</summary>
    private static async Task<DateTimeOffset?> AfterHourAsync(RepoHostDb db, string recipient, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - Hour;
        var times = await db.OutboxMails
            .Where(m => m.Recipient == recipient && m.Kind == MailKind.Requests && m.CreatedAt > since && m.State != MailState.NotNeeded)
            .OrderByDescending(m => m.CreatedAt)
            .Select(m => m.CreatedAt)
            .Take(MostAtOnceInAnHour)
            .ToListAsync(cancellationToken);
        return times.Count == MostAtOnceInAnHour ? times[^1] + Hour : null;
    }

    private static string DigestKey(string recipient, DateTimeOffset now, TimeZoneInfo zone) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"digest:{recipient}:{TimeZoneInfo.ConvertTime(now, zone):yyyy-MM-dd}");
}
