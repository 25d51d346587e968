using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace RepoHost.Accounts;

/// <summary>
/// Writes and reads the secret part of links in mails, encrypted and authenticated with the keys of the sessions. Like the tokens of Identity's own providers,
/// but also for people who have no account yet, and by a clock that tests can move.
/// </summary>
internal sealed class MailedLinks(IDataProtectionProvider protection, TimeProvider time)
{
    public static readonly TimeSpan ResetLives = TimeSpan.FromHours(1);
    public static readonly TimeSpan OthersLive = TimeSpan.FromDays(1);

    private const byte Form = 1;
    private const int MaxLength = 4096;

    private readonly IDataProtector _protector = protection.CreateProtector("RepoHost.MailedLinks");

    public string Write(MailedLink link)
    {
        using var buffer = new MemoryStream(256);
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Form);
            writer.Write((byte)link.Purpose);
            writer.Write((time.GetUtcNow() + LifeOf(link.Purpose)).UtcTicks);
            writer.Write(link.Email);
            writer.Write(link.UserId);
            writer.Write(link.SecurityStamp);
            writer.Write(link.NewEmail);
        }

        return WebEncoders.Base64UrlEncode(_protector.Protect(buffer.ToArray()));
    }

    /// <summary>Null when it is not one of ours, was made for something else, or has ended.</summary>
    public MailedLink? ReadOrNull(string? text, params ReadOnlySpan<MailedLinkPurpose> purposes)
    {
        if (text is null || text.Length > MaxLength || UnprotectOrNull(text) is not { } bytes)
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadByte() != Form)
            return null;
        var purpose = (MailedLinkPurpose)reader.ReadByte();
        var expires = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        var link = new MailedLink(purpose, reader.ReadString())
        {
            ExpiresAt = expires,
            UserId = reader.ReadString(),
            SecurityStamp = reader.ReadString(),
            NewEmail = reader.ReadString(),
        };
        return purposes.Contains(purpose) && time.GetUtcNow() < expires ? link : null;
    }

    public static TimeSpan LifeOf(MailedLinkPurpose purpose) => purpose == MailedLinkPurpose.ResetPassword ? ResetLives : OthersLive;

    private byte[]? UnprotectOrNull(string text)
    {
        try
        {
            return _protector.Unprotect(WebEncoders.Base64UrlDecode(text));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
