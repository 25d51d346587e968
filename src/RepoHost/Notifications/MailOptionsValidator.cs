using System.Net;
using Microsoft.Extensions.Options;
using MimeKit;

namespace RepoHost.Notifications;

/// <summary>Stops the start on settings that can't work, naming every fault at once and what to change.</summary>
internal sealed class MailOptionsValidator : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var faults = new List<string>();
        if (options.From is { } from && (!MailboxAddress.TryParse(from, out var sender) || !sender.Address.Contains('@', StringComparison.Ordinal)))
            faults.Add("Mail:From is not a mail address; write hub@example.org, or RepoHost <hub@example.org>.");
        if (options.DigestHour is < 0 or > 23)
            faults.Add($"Mail:DigestHour is {options.DigestHour}; choose 0 to 23.");
        if (TimeZones.FindOrNull(options.TimeZone) is null)
            faults.Add($"Mail:TimeZone '{options.TimeZone}' is unknown on this machine; write an IANA name such as Europe/Berlin (package tzdata), or UTC.");
        if (options.GiveUpDays is < 1 or > 30)
            faults.Add($"Mail:GiveUpDays is {options.GiveUpDays}; choose 1 to 30.");
        CheckSmtp(options, faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void CheckSmtp(MailOptions options, List<string> faults)
    {
        var smtp = options.Smtp;
        var known = Enum.TryParse<SmtpSecurity>(smtp.Security, ignoreCase: true, out var security) && Enum.IsDefined(security);
        if (!known)
            faults.Add($"Mail:Smtp:Security '{smtp.Security}' is unknown; the valid names are {string.Join(", ", Enum.GetNames<SmtpSecurity>())}.");
        if (smtp.Port is < 1 or > 65535)
            faults.Add($"Mail:Smtp:Port is {smtp.Port}; choose 1 to 65535, or remove it to use the usual one.");
        if (smtp.TimeoutSeconds is < 1 or > 300)
            faults.Add($"Mail:Smtp:TimeoutSeconds is {smtp.TimeoutSeconds}; choose 1 to 300.");
        if (string.IsNullOrEmpty(smtp.User) != string.IsNullOrEmpty(smtp.Password))
            faults.Add("Mail:Smtp:User and Mail:Smtp:Password go together; set both or neither.");

        if (string.IsNullOrEmpty(smtp.Host))
        {
            if (!string.IsNullOrEmpty(smtp.User))
                faults.Add("Mail:Smtp:Host is missing; without it mails become files, and the user name is of no use.");
            return;
        }

        if (Uri.CheckHostName(smtp.Host.Trim('[', ']')) == UriHostNameType.Unknown)
            faults.Add($"Mail:Smtp:Host '{smtp.Host}' is not a host name; write it without a scheme or a port, e.g. smtp.example.org.");
        if (options.From is null)
            faults.Add("Mail:From is missing; a mail server wants to know the sender, e.g. hub@example.org.");
        if (known && security == SmtpSecurity.None && !string.IsNullOrEmpty(smtp.User) && !IsThisMachine(smtp.Host))
            faults.Add("Mail:Smtp:Security None would send the password readable over the network; choose StartTls or Tls.");
    }

    private static bool IsThisMachine(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
