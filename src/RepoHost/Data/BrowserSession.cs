namespace RepoHost.Data;

/// <summary>A browser in which somebody is logged in. Its cookie only names this row, so it is worth nothing once the row is gone.</summary>
internal sealed class BrowserSession
{
    /// <summary>24 hex digits. No secret: the cookie that names it is encrypted.</summary>
    public required string Id { get; set; }
    public required string UserId { get; set; }
    public User? User { get; set; }

    /// <summary>
    /// The account's when the person logged in. Another one ends the session, also one that began with the old password while that was being changed.
    /// </summary>
    public required string SecurityStamp { get; set; }
    public SessionStart Start { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>A few minutes behind: not every request is written down.</summary>
    public DateTimeOffset LastUsedAt { get; set; }

    /// <summary>Where the last use came from; empty when that is not known.</summary>
    public required string Address { get; set; }

    /// <summary>What the browser called itself at the login, shortened.</summary>
    public required string Agent { get; set; }
}

/// <summary>How somebody logged in. Stored as numbers: never renumber.</summary>
internal enum SessionStart
{
    Other = 0,
    Password = 1,
    ExternalIssuer = 2,

    /// <summary>With the account itself.</summary>
    NewAccount = 3,
}
