namespace RepoHost.Notifications;

/// <summary>The mail server, section <c>Mail:Smtp</c>. Without a host, mails become files in the data directory.</summary>
internal sealed class SmtpOptions
{
    public string? Host { get; set; }

    /// <summary>Unset: 587 with StartTls, 465 with Tls, 25 with None.</summary>
    public int? Port { get; set; }

    /// <summary>Unset: no authentication.</summary>
    public string? User { get; set; }
    public string? Password { get; set; }

    /// <summary>A name of <see cref="SmtpSecurity"/>. Default StartTls: never less than that by itself.</summary>
    public string Security { get; set; } = nameof(SmtpSecurity.StartTls);

    /// <summary>How long one mail may take, from the connection on. Default 30.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    public SmtpSecurity ReadSecurity() => Enum.Parse<SmtpSecurity>(Security, ignoreCase: true);

    public int ReadPort() => Port ?? ReadSecurity() switch
    {
        SmtpSecurity.Tls => 465,
        SmtpSecurity.StartTls => 587,
        _ => 25,
    };
}
