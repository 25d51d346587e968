using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RepoHost.Accounts;

/// <summary>SHA-256 of a token's text: the key under which its validation is remembered, so that no cache holds a token.</summary>
internal readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    /// <param name="token">Letters, digits and '_' only, at most <see cref="TokenSpelling.MaxLength"/> of them.</param>
    public static TokenHash Of(ReadOnlySpan<char> token)
    {
        Span<byte> bytes = stackalloc byte[TokenSpelling.MaxLength];
        var count = System.Text.Encoding.ASCII.GetBytes(token, bytes);
        Span<ulong> hash = stackalloc ulong[4];
        SHA256.HashData(bytes[..count], MemoryMarshal.AsBytes(hash));
        return new TokenHash(hash[0], hash[1], hash[2], hash[3]);
    }

    public override int GetHashCode() => A.GetHashCode();
}
