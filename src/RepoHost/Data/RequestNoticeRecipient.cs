namespace RepoHost.Data;

/// <summary>One recipient of one <see cref="RequestNotice"/>. The key makes it one, however often the notice is addressed.</summary>
internal sealed class RequestNoticeRecipient
{
    public long Version { get; set; }

    /// <summary>As in <see cref="OutboxMail.Recipient"/>.</summary>
    public required string Recipient { get; set; }

    /// <summary>Waits for the recipient's mail of the day.</summary>
    public bool Daily { get; set; }
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The mail that tells of it; null until there is one.</summary>
    public long? MailId { get; set; }
    public RequestNotice? Notice { get; set; }
}
