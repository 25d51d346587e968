using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Notifications;

/// <summary>
/// Takes mails about accounts; they are sent behind the request, as soon as the mail server takes them. What is taken survives a crash. The text, which may hold
/// a secret link, is deleted when the mail has gone out or is of no use any more.
/// </summary>
internal sealed class MailOutbox(IDbContextFactory<RepoHostDb> databases, OutboxBell bell, TimeProvider time)
{
    /// <summary>Keys of other kinds of mail begin with another word.</summary>
    private const string KeyPrefix = "account:";

    /// <param name="html">Null: made from the text.</param>
    /// <param name="key">One mail for each, for ever: name the event, such as <c>reset:{id}</c>.</param>
    /// <returns>False when there is a mail of this key already.</returns>
    public Task<bool> EnqueueAsync(string toAddress, string subject, string text, string? html, string key, CancellationToken cancellationToken) =>
        EnqueueAsync(new AccountMail(toAddress, subject, text, key) { Html = html }, cancellationToken);

    /// <returns>False when there is a mail of this key already.</returns>
    public async Task<bool> EnqueueAsync(AccountMail mail, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await EnqueueAsync(db, mail, cancellationToken))
            return false;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        Committed();
        return true;
    }

    /// <summary>In the caller's transaction, with whose rows it is saved; <see cref="Committed"/> afterwards makes it go out at once.</summary>
    /// <returns>False when there is a mail of this key already.</returns>
    public async Task<bool> EnqueueAsync(RepoHostDb db, AccountMail mail, CancellationToken cancellationToken)
    {
        if (!mail.Address.Contains('@', StringComparison.Ordinal) || mail.Address.Length > Lengths.Email)
            throw new ArgumentException("This is not a mail address.", nameof(mail));
        if (mail.Key.Length > Lengths.MailKey - KeyPrefix.Length)
            throw new ArgumentException("The key is too long.", nameof(mail));

        var key = KeyPrefix + mail.Key;
        if (await db.OutboxMails.AnyAsync(m => m.Key == key, cancellationToken))
            return false;

        var now = time.GetUtcNow();
        db.OutboxMails.Add(new OutboxMail
        {
            Key = key,
            Kind = MailKind.Account,
            Recipient = mail.Address,
            Subject = mail.Subject.Length > Lengths.MailSubject ? mail.Subject[..Lengths.MailSubject] : mail.Subject,
            Text = mail.Text,
            Html = mail.Html,
            CreatedAt = now,
            DueAt = now,
            ExpiresAt = mail.ExpiresAt,
        });
        return true;
    }

    public void Committed() => bell.Ring();
}
