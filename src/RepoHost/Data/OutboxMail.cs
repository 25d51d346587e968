namespace RepoHost.Data;

/// <summary>
/// One mail to one recipient, written in the transaction of the event that it tells of and sent afterwards. Only a mail about an account carries its text; every
/// other kind is written when it is sent, from the rows as they are then.
/// </summary>
internal sealed class OutboxMail
{
    public long Id { get; set; }

    /// <summary>Unique: what keeps an event from making two mails.</summary>
    public required string Key { get; set; }
    public MailKind Kind { get; set; }
    public MailState State { get; set; }

    /// <summary>A person's id, or the mail address itself, which is what has an <c>@</c> in it.</summary>
    public required string Recipient { get; set; }

    /// <summary>Of a decision: the repository of the request.</summary>
    public string? RepositoryId { get; set; }

    /// <summary>Of a decision: <see cref="AccessRequest.Version"/>. A request that has another one by now has been decided anew, and that is told instead.</summary>
    public long? RequestVersion { get; set; }

    public string? Subject { get; set; }
    public string? Text { get; set; }

    /// <summary>Null: made from the text.</summary>
    public string? Html { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Not before; after a failure, the next attempt.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Of no use afterwards: a link in it has ended.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Counts up with every claim, so it also tells one claim from the next.</summary>
    public int Attempts { get; set; }

    /// <summary>A process is at it until then; a process that died leaves it to the next one.</summary>
    public DateTimeOffset? ClaimedUntil { get; set; }

    /// <summary>A code, never a server's own words: those may hold addresses.</summary>
    public string? LastError { get; set; }

    /// <summary>When it stopped waiting. Its text is gone then.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
