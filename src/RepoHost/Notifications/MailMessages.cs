using System.Globalization;
using Microsoft.Extensions.Options;
using MimeKit;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Notifications;

/// <summary>Letters as messages of RFC 5322: plain text and HTML as alternatives, and the headers that automatic mail should have.</summary>
internal sealed class MailMessages(IOptions<MailOptions> options, PublicUrl publicUrl, TimeProvider time)
{
    public MimeMessage Of(OutboxMail mail, MailRecipient recipient, Letter letter) =>
        Of(IdOf(mail), new MailboxAddress(MailText.OneLine(recipient.Name), recipient.Address), letter);

    /// <summary>A mail that brings its own text.</summary>
    public MimeMessage OfAccount(OutboxMail mail)
    {
        var subject = MailText.OneLine(mail.Subject);
        var text = mail.Text ?? "";
        return Build(IdOf(mail), new MailboxAddress("", mail.Recipient), subject, AccountLetter.Text(text), mail.Html ?? AccountLetter.Html(subject, text));
    }

    public MimeMessage Of(string id, MailboxAddress to, Letter letter)
    {
        var message = Build(id, to, letter.Subject, letter.ToText(), letter.ToHtml());
        if (letter.UnsubscribeUrl is { } url)
        {
            // RFC 8058: a mail program's own button posts to this address.
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{url}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        return message;
    }

    private MimeMessage Build(string id, MailboxAddress to, string subject, string text, string html)
    {
        var from = Sender();
        var message = new MimeMessage
        {
            Subject = subject,
            Date = time.GetUtcNow(),
            MessageId = $"{id}@{from.Domain}",
            Body = new MultipartAlternative { new TextPart("plain") { Text = text }, new TextPart("html") { Text = html } },
        };
        message.From.Add(from);
        message.To.Add(to);
        // RFC 3834: nobody's holiday notice shall answer.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Prepare(EncodingConstraint.SevenBit, LongestLine);
        return message;
    }

    /// <summary>Octets of a line, without its end, that every server takes (RFC 5322 2.1.1).</summary>
    private const int LongestLine = 998;

    /// <summary>The same for every attempt, so that a mailbox which gets a mail twice can tell. The time keeps it from being that of another installation.</summary>
    private static string IdOf(OutboxMail mail) => string.Create(CultureInfo.InvariantCulture, $"{mail.CreatedAt.UtcDateTime:yyyyMMdd-HHmmssfff}.{mail.Id}");

    private MailboxAddress Sender() =>
        options.Value.From is { } from ? MailboxAddress.Parse(from) : new MailboxAddress("RepoHost", $"no-reply@{new Uri(publicUrl.Base).IdnHost.Trim('[', ']')}");
}
