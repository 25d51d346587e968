namespace RepoHost.Notifications;

/// <summary>One kind of mails to one recipient.</summary>
/// <param name="Recipient">As in <see cref="Data.OutboxMail.Recipient"/>.</param>
internal sealed record MailSubscription(MailSwitch Switch, string Recipient);
