namespace RepoHost.Notifications;

/// <summary>What a person has chosen on <c>/settings/notifications</c>.</summary>
/// <param name="TimeZone">IANA name; null is the server's.</param>
/// <param name="Requests">Wants mails about requests to the repositories that they review.</param>
/// <param name="Decisions">Wants mails about what became of their own requests.</param>
internal sealed record MailSettings(string? TimeZone, bool Requests, bool Decisions);
