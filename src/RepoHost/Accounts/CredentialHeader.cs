using System.Text;
using Microsoft.Extensions.Primitives;

namespace RepoHost.Accounts;

/// <summary>Takes the token out of the <c>Authorization</c> header, without allocating.</summary>
internal static class CredentialHeader
{
    private const int MaxBasicLength = 1024;

    /// <summary>What GitHub's clients send as the password when the token is the user name.</summary>
    private const string NoPassword = "x-oauth-basic";

    /// <param name="header">All values of the header; there is at least one.</param>
    /// <param name="buffer">Receives the token; <see cref="TokenSpelling.MaxLength"/> characters.</param>
    /// <param name="length">How many characters of it are the token.</param>
    /// <param name="kind">The envelope, also of a bad credential.</param>
    /// <returns>False when no token of ours can be in it.</returns>
    public static bool TryRead(StringValues header, Span<char> buffer, out int length, out CredentialKind kind)
    {
        length = 0;
        kind = CredentialKind.None;
        // Two headers are two answers to one question; taking either is how checks get bypassed.
        if (header.Count != 1)
            return false;

        var value = header[0].AsSpan().Trim();
        var space = value.IndexOf(' ');
        var scheme = space < 0 ? value : value[..space];
        var rest = space < 0 ? [] : value[space..].Trim();
        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            kind = CredentialKind.Bearer;
            return TryTake(rest, buffer, out length);
        }

        if (!scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            return false;

        kind = CredentialKind.Basic;
        return TryReadBasic(rest, buffer, out length);
    }

    private static bool TryReadBasic(ReadOnlySpan<char> encoded, Span<char> buffer, out int length)
    {
        length = 0;
        Span<byte> bytes = stackalloc byte[MaxBasicLength];
        if (encoded.Length > MaxBasicLength || !Convert.TryFromBase64Chars(encoded, bytes, out var count))
            return false;

        Span<char> text = stackalloc char[MaxBasicLength];
        text = text[..Encoding.Latin1.GetChars(bytes[..count], text)];
        var colon = text.IndexOf(':');
        if (colon < 0)
            return false;

        ReadOnlySpan<char> user = text[..colon], password = text[(colon + 1)..];
        // The user name beside a token is ignored, as on the Hub (contract 1.5).
        return TryTake(password, buffer, out length)
            || ((password.IsEmpty || password.SequenceEqual(NoPassword)) && TryTake(user, buffer, out length));
    }

    private static bool TryTake(ReadOnlySpan<char> token, Span<char> buffer, out int length)
    {
        length = 0;
        if (!TokenSpelling.LooksLikeToken(token) || !token.TryCopyTo(buffer))
            return false;
        length = token.Length;
        return true;
    }
}
