namespace RepoHost.Notifications;

/// <summary>How the connection to the mail server is kept from being read.</summary>
internal enum SmtpSecurity
{
    None,

    /// <summary>Plain at first, then encrypted; a server that does not offer it gets no mail.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte.</summary>
    Tls,
}
