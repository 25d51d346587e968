using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using RepoHost.Hosting;

namespace RepoHost.Notifications;

/// <summary>
/// The addresses at which mails are turned off without signing in: encrypted and authenticated with the keys that sessions have. Whoever holds one can turn one kind of
/// mails to one recipient off and on, and nothing else. They hold for ever, as old mails do.
/// </summary>
internal sealed class UnsubscribeLinks(IDataProtectionProvider protection, PublicUrl publicUrl)
{
    public const string Path = "/unsubscribe";
    public const string Parameter = "m";
    private const int MaxLength = 2048;

    private readonly IDataProtector protector = protection.CreateProtector("RepoHost.Unsubscribe");

    public string Of(MailSubscription subscription) =>
        publicUrl.Of($"{Path}?{Parameter}={WebEncoders.Base64UrlEncode(protector.Protect([(byte)subscription.Switch, .. Encoding.UTF8.GetBytes(subscription.Recipient)]))}");

    /// <summary>Null when it is not one of ours.</summary>
    public MailSubscription? ReadOrNull(string? text)
    {
        if (text is null or { Length: 0 or > MaxLength })
            return null;
        try
        {
            var bytes = protector.Unprotect(WebEncoders.Base64UrlDecode(text));
            return new((MailSwitch)bytes[0], Encoding.UTF8.GetString(bytes.AsSpan(1)));
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
