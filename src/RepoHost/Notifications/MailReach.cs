using Microsoft.Extensions.Options;

namespace RepoHost.Notifications;

/// <summary>Whether mails reach anybody: by a mail server, or by a program that sends on the files they become. Where they don't, pages promise none.</summary>
internal sealed class MailReach(IOptions<MailOptions> options)
{
    /// <summary>What a page says in place of "we have written to you".</summary>
    public const string NoMail = "This server sends no mail.";

    public bool SendsMail { get; } = !string.IsNullOrEmpty(options.Value.Smtp.Host) || options.Value.PickedUp;
}
