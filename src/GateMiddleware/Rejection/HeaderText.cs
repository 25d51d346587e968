using System.Text;

namespace GateMiddleware.Rejection;

/// <summary>Text in a header value. Kestrel throws on line breaks and control characters, and some clients drop what is not printable ASCII.</summary>
public static class HeaderText
{
    /// <summary>Makes any text a header value, as the Hub does.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Printable ASCII: white space of any kind and length is one space, every other character outside ASCII one <c>*</c>; trimmed.</returns>
    public static string Printable(string text)
    {
        var value = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                if (value.Length > 0 && value[^1] != ' ') value.Append(' ');
            }
            else
            {
                value.Append(rune.IsAscii ? (char)rune.Value : '*');
            }
        }

        return value.ToString().TrimEnd(' ');
    }
}
