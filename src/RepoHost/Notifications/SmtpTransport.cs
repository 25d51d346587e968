using Microsoft.Extensions.Options;

namespace RepoHost.Notifications;

/// <summary>Hands mails to the operator's mail server.</summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options) : IMailTransport
{
    public string Description => $"the mail server {options.Value.Smtp.Host}:{options.Value.Smtp.ReadPort()} ({options.Value.Smtp.ReadSecurity()})";

    public IMailSession Start() => new SmtpSession(options.Value.Smtp);
}
