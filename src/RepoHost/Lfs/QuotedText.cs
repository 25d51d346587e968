using System.Text;

namespace RepoHost.Lfs;

/// <summary>Git's C-style quoting of names (git's quote.c): what stands between double quotes, with backslash escapes and octal bytes.</summary>
internal static class QuotedText
{
    /// <summary>Null if the quotes are not closed or an escape is unknown. <paramref name="end"/> is behind the closing quote.</summary>
    public static string? Read(string text, out int end)
    {
        var bytes = new List<byte>();
        for (end = 1; end < text.Length; end++)
        {
            if (text[end] == '"')
            {
                end++;
                return Encoding.UTF8.GetString([.. bytes]);
            }

            if (text[end] != '\\')
            {
                var length = char.IsHighSurrogate(text[end]) && end + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(end, length)));
                end += length - 1;
            }
            else if (ReadEscape(text, ref end) is { } escaped)
            {
                bytes.Add(escaped);
            }
            else
            {
                break;
            }
        }

        end = text.Length;
        return null;
    }

    public static string Write(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                < ' ' or '\x7f' => $"\\{Convert.ToString(c, 8).PadLeft(3, '0')}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static byte? ReadEscape(string text, ref int at)
    {
        if (++at >= text.Length)
            return null;
        var letter = "abtnvfr".IndexOf(text[at], StringComparison.Ordinal);
        if (letter >= 0)
            return (byte)"\a\b\t\n\v\f\r"[letter];
        if (text[at] is '"' or '\\')
            return (byte)text[at];
        if (at + 2 >= text.Length || text[at] is < '0' or > '3' || text[at + 1] is < '0' or > '7' || text[at + 2] is < '0' or > '7')
            return null;
        at += 2;
        return Convert.ToByte(text.Substring(at - 2, 3), 8);
    }
}
