namespace RepoHost.Notifications;

/// <summary>Somebody who is told.</summary>
/// <param name="Key">As in <see cref="Data.OutboxMail.Recipient"/>.</param>
/// <param name="Name">Null for an address without an account.</param>
internal sealed record MailRecipient(string Key, string Address, string? Name, TimeZoneInfo Zone)
{
    /// <summary>A record would write the address into a log line.</summary>
    public override string ToString() => "a mail recipient";
}
