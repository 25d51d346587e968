namespace RepoHost.Notifications;

/// <summary>Settings of mails, section <c>Mail</c>; see docs/configuration.md.</summary>
internal sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>The sender, with or without a name. Unset: <c>RepoHost</c>, no-reply at the host of the public address; SMTP needs it set.</summary>
    public string? From { get; set; }

    /// <summary>The hour of the day at which the daily mails go out, 0 to 23, on the recipient's clock. Default 8.</summary>
    public int DigestHour { get; set; } = 8;

    /// <summary>IANA name of the time zone of everybody who has not chosen one. Default UTC.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>How long a mail that the server does not take is tried again. Default 3 days.</summary>
    public int GiveUpDays { get; set; } = 3;

    /// <summary>Another program sends the files on that mails become without a mail server. Default false: then pages say that no mail is sent.</summary>
    public bool PickedUp { get; set; }

    public SmtpOptions Smtp { get; set; } = new();
}
