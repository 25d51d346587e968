using System.Buffers.Text;
using System.Text;

namespace RepoHost.Accounts;

/// <summary>
/// Writes a compact JWT as <c>hf_</c> and letters and digits only, and back. Real clients turn away dots, dashes, underscores and anything longer than 256
/// characters (contract 9.1), so the three parts are taken out of base64url and written together as one number in base 62:
/// <c>1, length of header, length of signature, header, payload, signature</c>. The leading 1 keeps zeros, and leaves each JWT exactly one spelling.
/// </summary>
internal static class TokenSpelling
{
    public const string Prefix = "hf_";
    public const int MinLength = 37;
    public const int MaxLength = 256;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int FormatVersion = 1;
    private const int FixedBytes = 3;
    private const int MaxBytes = 192;
    private const int MaxDigits = MaxLength - 3;

    /// <summary>Throws <see cref="ArgumentException"/> for what is no JWT or does not fit.</summary>
    public static string Spell(string jwt)
    {
        var parts = jwt.Split('.');
        if (parts.Length != 3)
            throw new ArgumentException("A compact JWT has three parts.", nameof(jwt));

        var header = Base64Url.DecodeFromChars(parts[0]);
        var payload = Base64Url.DecodeFromChars(parts[1]);
        var signature = Base64Url.DecodeFromChars(parts[2]);
        if (header.Length > byte.MaxValue || signature.Length > byte.MaxValue || FixedBytes + header.Length + payload.Length + signature.Length > MaxBytes)
            throw new ArgumentException("The JWT is too long to be spelled.", nameof(jwt));

        byte[] number = [FormatVersion, (byte)header.Length, (byte)signature.Length, .. header, .. payload, .. signature];
        var text = Prefix + ToDigits(number);
        return text.Length is >= MinLength and <= MaxLength ? text : throw new ArgumentException("The JWT is too long or too short to be spelled.", nameof(jwt));
    }

    /// <summary>Has the outward form of a token. Cheap: asked before anything is hashed or decoded.</summary>
    public static bool LooksLikeToken(ReadOnlySpan<char> text)
    {
        if (text.Length is < MinLength or > MaxLength || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        foreach (var c in text[Prefix.Length..])
        {
            if (!char.IsAsciiLetterOrDigit(c))
                return false;
        }

        return true;
    }

    /// <returns>The compact JWT; null for everything that <see cref="Spell"/> does not write.</returns>
    public static string? ReadOrNull(ReadOnlySpan<char> text)
    {
        Span<byte> buffer = stackalloc byte[MaxBytes];
        if (!LooksLikeToken(text) || !TryFromDigits(text[Prefix.Length..], buffer, out var number) || number[0] != FormatVersion || number.Length < FixedBytes)
            return null;

        int headerLength = number[1], signatureLength = number[2], payloadLength = number.Length - FixedBytes - headerLength - signatureLength;
        if (payloadLength < 0)
            return null;

        var jwt = new StringBuilder(MaxLength);
        jwt.Append(Base64Url.EncodeToString(number.Slice(FixedBytes, headerLength))).Append('.');
        jwt.Append(Base64Url.EncodeToString(number.Slice(FixedBytes + headerLength, payloadLength))).Append('.');
        jwt.Append(Base64Url.EncodeToString(number[^signatureLength..]));
        return jwt.ToString();
    }

    /// <summary>Long division of the big-endian number by 62, again and again.</summary>
    private static string ToDigits(byte[] number)
    {
        var digits = new char[MaxDigits + 8];
        var at = digits.Length;
        var first = 0;
        while (first < number.Length)
        {
            var remainder = 0;
            for (var i = first; i < number.Length; i++)
            {
                var value = (remainder << 8) | number[i];
                number[i] = (byte)(value / 62);
                remainder = value % 62;
            }

            digits[--at] = Digits[remainder];
            while (first < number.Length && number[first] == 0)
                first++;
        }

        return new string(digits, at, digits.Length - at);
    }

    private static bool TryFromDigits(ReadOnlySpan<char> digits, Span<byte> buffer, out ReadOnlySpan<byte> number)
    {
        number = default;
        buffer.Clear();
        var first = buffer.Length;
        // A leading zero digit would be a second spelling of the same number.
        if (digits[0] == '0')
            return false;

        foreach (var digit in digits)
        {
            var carry = ValueOf(digit);
            for (var i = buffer.Length - 1; i >= first; i--)
            {
                carry += buffer[i] * 62;
                buffer[i] = (byte)carry;
                carry >>= 8;
            }

            if (carry == 0)
                continue;
            if (first == 0)
                return false;
            buffer[--first] = (byte)carry;
        }

        number = buffer[first..].ToArray();
        return true;
    }

    private static int ValueOf(char digit) => digit switch
    {
        <= '9' => digit - '0',
        <= 'Z' => digit - 'A' + 10,
        _ => digit - 'a' + 36,
    };
}
