using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace RepoHost.Notifications;

/// <summary>One connection to the mail server, opened with the first mail and opened again after it broke.</summary>
internal sealed class SmtpSession(SmtpOptions options) : IMailSession
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private SmtpClient? client;

    public async Task<MailFailure?> SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        // By the machine's clock: what is waited for is another machine.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.TimeoutSeconds));
        try
        {
            using (var connecting = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken))
                await ConnectAsync(connecting.Token);
            await client!.SendAsync(message, patience.Token);
            return null;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested || fault is not OperationCanceledException)
        {
            var failure = FailureOf(fault);
            if (failure.Extent == MailFailureExtent.Server || client is not { IsConnected: true })
                Drop();
            return failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(Farewell);
            if (client is { IsConnected: true })
                await client.DisconnectAsync(quit: true, patience.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ProtocolException or CommandException or OperationCanceledException)
        {
            // It took the mails; how it says goodbye changes nothing.
        }

        Drop();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (client is { IsConnected: true })
            return;
        Drop();

        // No revocation lists, like HttpClient: the certificates of many mail servers inside a network name none, and would be refused for it.
        client = new SmtpClient { Timeout = options.TimeoutSeconds * 1000, CheckCertificateRevocation = false };
        await client.ConnectAsync(options.Host!.Trim('[', ']'), options.ReadPort(), SocketOptions, cancellationToken);
        if (!string.IsNullOrEmpty(options.User))
            await client.AuthenticateAsync(options.User, options.Password!, cancellationToken);
    }

    private SecureSocketOptions SocketOptions => options.ReadSecurity() switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    private void Drop()
    {
        client?.Dispose();
        client = null;
    }

    private MailFailure FailureOf(Exception fault) => fault switch
    {
        SmtpCommandException refused => Refusal(refused),
        AuthenticationException e => Server("auth", $"The server refused the user name or the password: {e.Message}"),
        ServiceNotAuthenticatedException => Server("auth", "The server wants a user name and a password; set Mail:Smtp:User and Mail:Smtp:Password."),
        SslHandshakeException e => Server("tls", $"No encrypted connection could be made: {e.InnerException?.Message ?? e.Message}"),
        // MailKit's ways of saying that the server offers no STARTTLS, no AUTH, or no SMTPUTF8 for an address that needs it.
        NotSupportedException e => client is { IsConnected: true, IsAuthenticated: true } || (client is { IsConnected: true } && string.IsNullOrEmpty(options.User))
            ? new(MailFailureExtent.MailForGood, "unsupported", $"The server can't take this mail: {e.Message}")
            : Server("unsupported", $"The server does not offer what the settings ask for: {e.Message}"),
        OperationCanceledException or TimeoutException => Server("timeout", $"The server did not answer within {options.TimeoutSeconds} seconds."),
        SocketException e => Server("connect", $"The server could not be reached: {e.Message}"),
        ProtocolException or IOException => Server("connection", $"The connection broke: {fault.Message}"),
        _ => Server(fault.GetType().Name, fault.Message),
    };

    /// <summary>A 5xx about the recipient or the text stays a 5xx (RFC 5321 4.2.1). One about the sender, or about being allowed to send at all, is a matter of our
    /// settings: it would meet every mail and ends when they are mended.</summary>
    private static MailFailure Refusal(SmtpCommandException refused)
    {
        var code = (int)refused.StatusCode;
        var ours = refused.ErrorCode is not (SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted) || code is 421 or 530 or 535;
        var extent = ours ? MailFailureExtent.Server : code >= 500 ? MailFailureExtent.MailForGood : MailFailureExtent.Mail;
        var what = refused.ErrorCode switch
        {
            SmtpErrorCode.RecipientNotAccepted => "the recipient",
            SmtpErrorCode.SenderNotAccepted => "the sender (Mail:From)",
            SmtpErrorCode.MessageNotAccepted => "the mail",
            _ => "to go on",
        };
        return new(extent, $"smtp {code}", $"The server refused {what}: {code} {refused.Message}");
    }

    private static MailFailure Server(string code, string message) => new(MailFailureExtent.Server, code, message);
}
