using System.Text;
using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>Git's C-style quoting of names (git's quote.c): what stands between double quotes, with backslash escapes and octal bytes.</summary>
internal static class QuotedText
{
    /// <summary>Null if the quotes are not closed or an escape is unknown. <paramref name="end"/> is behind the closing quote.</summary>
    public static byte[]? Read(ReadOnlySpan<byte> text, out int end)
    {
        var bytes = new List<byte>();
        for (end = 1; end < text.Length; end++)
        {
            if (text[end] == '"')
            {
                end++;
                return [.. bytes];
            }

            if (text[end] != '\\')
                bytes.Add(text[end]);
            else if (ReadEscape(text, ref end) is { } escaped)
                bytes.Add(escaped);
            else
                break;
        }

        end = text.Length;
        return null;
    }

    /// <param name="text">As <see cref="PathSpelling"/> spells names.</param>
    public static string Write(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                < ' ' or '\x7f' => Octal(c),
                // A byte that is no UTF-8.
                _ when PathSpelling.HoldsBytes([c]) => Octal(PathSpelling.Write(c.ToString())[0]),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static string Octal(int code) => $"\\{Convert.ToString(code, 8).PadLeft(3, '0')}";

    private static byte? ReadEscape(ReadOnlySpan<byte> text, ref int at)
    {
        if (++at >= text.Length)
            return null;
        var letter = "abtnvfr"u8.IndexOf(text[at]);
        if (letter >= 0)
            return "\a\b\t\n\v\f\r"u8[letter];
        if (text[at] is (byte)'"' or (byte)'\\')
            return text[at];
        if (at + 2 >= text.Length || text[at] is < (byte)'0' or > (byte)'3' || !IsOctal(text[at + 1]) || !IsOctal(text[at + 2]))
            return null;
        at += 2;
        return (byte)(((text[at - 2] - '0') << 6) | ((text[at - 1] - '0') << 3) | (text[at] - '0'));
    }

    private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';
}
