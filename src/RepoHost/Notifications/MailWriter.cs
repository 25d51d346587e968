using MimeKit;
using RepoHost.Data;

namespace RepoHost.Notifications;

/// <summary>Writes a mail of the outbox, by its kind.</summary>
internal sealed class MailWriter(MailMessages messages, RequestsLetter requests, DecisionLetter decisions, TimeProvider time)
{
    /// <summary>Null when there is nothing to tell any more.</summary>
    public async Task<MimeMessage?> WriteAsync(RepoHostDb db, OutboxMail mail, CancellationToken cancellationToken)
    {
        if (mail.ExpiresAt <= time.GetUtcNow())
            return null;
        if (mail.Kind == MailKind.Account)
            return messages.OfAccount(mail);

        var written = mail.Kind == MailKind.Decision ? await decisions.WriteAsync(db, mail, cancellationToken) : await requests.WriteAsync(db, mail, cancellationToken);
        return written is { } w ? messages.Of(mail, w.Recipient, w.Letter) : null;
    }
}
