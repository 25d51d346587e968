using System.Buffers.Text;

namespace RepoHost.Accounts;

/// <summary>Ids inside a token: the 12 bytes of a 24-digit id in base64url, because with 48 digits the token would be longer than clients accept.</summary>
internal static class ClaimIds
{
    private const int Bytes = 12;

    public static string Shorten(string id)
    {
        var bytes = Convert.FromHexString(id);
        return bytes.Length == Bytes ? Base64Url.EncodeToString(bytes) : throw new ArgumentException("The id does not have 24 digits.", nameof(id));
    }

    public static string? ExpandOrNull(string? claim)
    {
        // Asked first: decoding throws on letters that are not of the alphabet.
        return claim is { Length: 16 } && Base64Url.IsValid(claim, out var length) && length == Bytes
            ? Convert.ToHexStringLower(Base64Url.DecodeFromChars(claim))
            : null;
    }
}
