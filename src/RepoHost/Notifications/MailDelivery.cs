using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MimeKit;
using RepoHost.Data;

namespace RepoHost.Notifications;

/// <param name="Server">The server takes nothing at the moment.</param>
/// <param name="More">There may be more to send.</param>
internal sealed record DeliveryRound(MailFailure? Server, bool More);

/// <summary>
/// Sends what is due, one mail after the other.
/// <para>1 claim: one conditional update, so of all processes one has the mail. 2 write it, from the rows as they are now. 3 send. 4 note it, and forget the text.</para>
/// <para>A process that dies between 3 and 4 leaves a claim that ends, and the mail is sent again with the same message id: SMTP has no way to ask whether it was taken.
/// Everywhere else a mail is sent once.</para>
/// </summary>
internal sealed partial class MailDelivery(
    IDbContextFactory<RepoHostDb> databases, IMailTransport transport, MailWriter writer, IOptions<MailOptions> options, TimeProvider time, ILogger<MailDelivery> logger)
{
    private const int MailsAtATime = 50;

    /// <summary>Mails about somebody's own requests that they get within an hour. An author who decides over and over again could fill a mailbox otherwise.</summary>
    public const int MostDecisionsInAnHour = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(4);

    /// <summary>Longer than an attempt can take.</summary>
    private TimeSpan Lease => TimeSpan.FromSeconds(options.Value.Smtp.TimeoutSeconds) + TimeSpan.FromMinutes(2);

    public async Task<DeliveryRound> DeliverAsync(CancellationToken cancellationToken)
    {
        var ids = await DueAsync(cancellationToken);
        if (ids.Count == 0)
            return new(null, More: false);

        await using var session = transport.Start();
        foreach (var id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await DeliverAsync(session, id, cancellationToken) is { Extent: MailFailureExtent.Server } failure)
                return new(failure, More: false);
        }

        return new(null, ids.Count == MailsAtATime);
    }

    /// <summary>What has ended long ago goes; what is of no use any more is not sent, and its text goes now.</summary>
    public async Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.OutboxMails.Where(m => m.EndedAt < before).ExecuteDeleteAsync(cancellationToken);
        var now = time.GetUtcNow();
        await EndAsync(db.OutboxMails.Where(m => m.State == MailState.Waiting && m.ExpiresAt <= now && (m.ClaimedUntil == null || m.ClaimedUntil <= now)), MailState.NotNeeded, "expired");
    }

    private async Task<List<long>> DueAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Due(db).OrderBy(m => m.DueAt).ThenBy(m => m.Id).Select(m => m.Id).Take(MailsAtATime).ToListAsync(cancellationToken);
    }

    private IQueryable<OutboxMail> Due(RepoHostDb db)
    {
        var now = time.GetUtcNow();
        return db.OutboxMails.Where(m => m.State == MailState.Waiting && m.DueAt <= now && (m.ClaimedUntil == null || m.ClaimedUntil <= now));
    }

    private async Task<MailFailure?> DeliverAsync(IMailSession session, long id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var until = time.GetUtcNow() + Lease;
        var claimed = await Due(db).Where(m => m.Id == id)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.ClaimedUntil, until).SetProperty(x => x.Attempts, x => x.Attempts + 1), cancellationToken);
        if (claimed == 0)
            return null;

        var mail = await db.OutboxMails.AsNoTracking().FirstAsync(m => m.Id == id, CancellationToken.None);
        if (await HasHadEnoughAsync(db, mail, cancellationToken))
        {
            await PostponeAsync(db, mail, time.GetUtcNow() + Hour / 4, null);
            return null;
        }

        try
        {
            if (await writer.WriteAsync(db, mail, cancellationToken) is not { } message)
            {
                await EndAsync(Claimed(db, mail), MailState.NotNeeded, null);
                return null;
            }

            var failure = await SendAsync(session, message, cancellationToken);
            await NoteAsync(db, mail, failure);
            return failure;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops before the mail has gone out: whoever comes next need not wait for the claim to end.
            await PostponeAsync(db, mail, mail.DueAt, mail.LastError);
            throw;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or DbException))
        {
            // A mail that can't be written must not be in the way of the others for ever; an address that is none will never be one.
            if (fault is not ParseException)
                Log.NotWritten(logger, mail.Id, mail.Kind, fault.GetType().Name, fault.StackTrace);
            await NoteAsync(db, mail, new(fault is ParseException ? MailFailureExtent.MailForGood : MailFailureExtent.Mail, fault.GetType().Name, fault.Message));
            return null;
        }
    }

    private static async Task<MailFailure?> SendAsync(IMailSession session, MimeMessage message, CancellationToken cancellationToken)
    {
        using (message)
            return await session.SendAsync(message, cancellationToken);
    }

    // From here on nothing is called off: the mail has been sent or refused, and a server that stops has to note it.
    private async Task NoteAsync(RepoHostDb db, OutboxMail mail, MailFailure? failure)
    {
        var now = time.GetUtcNow();
        if (failure is null)
        {
            // Whoever holds the claim by now: it has been sent.
            await EndAsync(db.OutboxMails.Where(m => m.Id == mail.Id && m.State == MailState.Waiting), MailState.Sent, null);
            Log.Sent(logger, mail.Id, mail.Kind, mail.Attempts);
        }
        else if (failure.Extent == MailFailureExtent.MailForGood || now - mail.CreatedAt >= TimeSpan.FromDays(options.Value.GiveUpDays))
        {
            await EndAsync(Claimed(db, mail), MailState.GivenUp, failure.Code);
            Log.GivenUp(logger, mail.Id, mail.Kind, mail.Attempts, failure.Code);
        }
        else
        {
            await PostponeAsync(db, mail, now + Pause(mail.Attempts), failure.Code);
            Log.Postponed(logger, mail.Id, mail.Kind, mail.Attempts, failure.Code);
        }
    }

    private static TimeSpan Pause(int attempts)
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 20));
        return doubled < LongestPause ? doubled : LongestPause;
    }

    private async Task<bool> HasHadEnoughAsync(RepoHostDb db, OutboxMail mail, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Hour;
        return mail.Kind == MailKind.Decision
            && await db.OutboxMails.CountAsync(
                m => m.Recipient == mail.Recipient && m.Kind == MailKind.Decision && m.State == MailState.Sent && m.EndedAt > since, cancellationToken) >= MostDecisionsInAnHour;
    }

    private static IQueryable<OutboxMail> Claimed(RepoHostDb db, OutboxMail mail) =>
        db.OutboxMails.Where(m => m.Id == mail.Id && m.State == MailState.Waiting && m.Attempts == mail.Attempts);

    private static Task<int> PostponeAsync(RepoHostDb db, OutboxMail mail, DateTimeOffset due, string? error) =>
        Claimed(db, mail).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.DueAt, due).SetProperty(x => x.ClaimedUntil, (DateTimeOffset?)null).SetProperty(x => x.LastError, error), CancellationToken.None);

    /// <summary>The address of a mail about an account goes with its text: it need not be anybody's here.</summary>
    private Task<int> EndAsync(IQueryable<OutboxMail> mails, MailState state, string? error)
    {
        DateTimeOffset? now = time.GetUtcNow();
        return mails.ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, state)
                .SetProperty(x => x.EndedAt, now)
                .SetProperty(x => x.ClaimedUntil, (DateTimeOffset?)null)
                .SetProperty(x => x.LastError, error)
                .SetProperty(x => x.Recipient, x => x.Kind == MailKind.Account ? "" : x.Recipient)
                .SetProperty(x => x.Subject, (string?)null)
                .SetProperty(x => x.Text, (string?)null)
                .SetProperty(x => x.Html, (string?)null),
            CancellationToken.None);
    }

    private static partial class Log
    {
        // Not the fault itself: its words may come from the mail.
        [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "Mail {Id} ({Kind}) can't be written: {Fault} {Trace}")]
        public static partial void NotWritten(ILogger logger, long id, MailKind kind, string fault, string? trace);

        [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Mail {Id} ({Kind}) is sent, attempt {Attempt}.")]
        public static partial void Sent(ILogger logger, long id, MailKind kind, int attempt);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Mail {Id} ({Kind}) is given up after attempt {Attempt}: {Code}.")]
        public static partial void GivenUp(ILogger logger, long id, MailKind kind, int attempt, string code);

        [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Mail {Id} ({Kind}) could not be sent, attempt {Attempt}: {Code}. It is tried again.")]
        public static partial void Postponed(ILogger logger, long id, MailKind kind, int attempt, string code);
    }
}
