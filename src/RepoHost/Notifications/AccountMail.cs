namespace RepoHost.Notifications;

/// <summary>A mail about an account, with its own text: a password reset, an invitation.</summary>
/// <param name="Address">Need not belong to an account.</param>
/// <param name="Text">Plain text; an address on a line of its own becomes a link in the HTML that is made from it.</param>
/// <param name="Key">One mail for each, for ever: name the event, such as <c>reset:{id}</c>.</param>
internal sealed record AccountMail(string Address, string Subject, string Text, string Key)
{
    /// <summary>Null: made from the text.</summary>
    public string? Html { get; init; }

    /// <summary>When a link in it ends: after that it is no longer sent.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A record would write everything it holds into a log line.</summary>
    public override string ToString() => Key;
}
