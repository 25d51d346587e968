using MimeKit;

namespace RepoHost.Notifications;

/// <summary>The way out: a mail server, or files.</summary>
internal interface IMailTransport
{
    /// <summary>For the operator: <c>the mail server smtp.example.org:587 (StartTls)</c>.</summary>
    string Description { get; }

    /// <summary>Opens nothing yet: the first mail does.</summary>
    IMailSession Start();
}

/// <summary>A few mails, one after the other, over one connection.</summary>
internal interface IMailSession : IAsyncDisposable
{
    /// <param name="cancellationToken">Ends the wait for a connection. A mail that is on its way is finished, or it would be sent twice.</param>
    /// <returns>Null when it was taken.</returns>
    Task<MailFailure?> SendAsync(MimeMessage message, CancellationToken cancellationToken);
}
