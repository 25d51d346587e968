using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using RepoHost.Lfs;

namespace RepoHost.Accounts;

/// <summary>
/// Writes and reads the secret part of signed addresses: encrypted and authenticated with the keys that sessions have. Binary and not JSON, since a batch
/// answer may carry ten thousand of them.
/// </summary>
internal sealed class SignedLinks(IDataProtectionProvider protection, TimeProvider time)
{
    private const byte Form = 1;
    private const int MaxLength = 2048;

    private readonly IDataProtector _protector = protection.CreateProtector("RepoHost.SignedLinks");

    public string Write(SignedLink link)
    {
        using var buffer = new MemoryStream(256);
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Form);
            writer.Write((byte)link.Operation);
            writer.Write(link.RepositoryId);
            writer.Write(Convert.FromHexString(link.Object.Oid.Value));
            writer.Write(link.Object.Size);
            writer.Write(link.UserId ?? "");
            writer.Write(link.TokenId ?? "");
            writer.Write(link.SessionId ?? "");
            writer.Write(link.ExpiresAt.UtcTicks);
            writer.Write(link.UploadId ?? "");
            writer.Write(link.PartBytes);
            writer.Write(link.Part);
        }

        return WebEncoders.Base64UrlEncode(_protector.Protect(buffer.ToArray()));
    }

    /// <summary>Null when it is not one of ours, or has ended.</summary>
    public SignedLink? ReadOrNull(string? text)
    {
        if (text is null || text.Length > MaxLength || Unprotect(text) is not { } bytes)
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadByte() != Form)
            return null;
        var link = new SignedLink
        {
            Operation = (LinkOperation)reader.ReadByte(),
            RepositoryId = reader.ReadString(),
            Object = new(LfsOid.Parse(Convert.ToHexStringLower(reader.ReadBytes(LfsOid.HexLength / 2))), reader.ReadInt64()),
            UserId = TextOrNull(reader),
            TokenId = TextOrNull(reader),
            SessionId = TextOrNull(reader),
            ExpiresAt = new(reader.ReadInt64(), TimeSpan.Zero),
            UploadId = TextOrNull(reader),
            PartBytes = reader.ReadInt64(),
            Part = reader.ReadInt32(),
        };
        return time.GetUtcNow() < link.ExpiresAt ? link : null;
    }

    private static string? TextOrNull(BinaryReader reader) => reader.ReadString() is { Length: > 0 } text ? text : null;

    private byte[]? Unprotect(string text)
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
