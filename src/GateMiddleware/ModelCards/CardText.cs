using System.Globalization;
using System.Text;

namespace GateMiddleware.ModelCards;

/// <summary>Text of a card in a message: it reaches terminals and logs, so it stays short and without control characters.</summary>
internal static class CardText
{
    private const int QuoteLength = 40;
    private const int MessageLength = 300;

    public static string Quote(string text) => $"'{Plain(text, QuoteLength)}'";

    public static string Sentence(string message)
    {
        var plain = Plain(message.Trim(), MessageLength);
        return plain.EndsWith('.') ? plain : plain + ".";
    }

    public static bool IsText(string text)
    {
        var rest = text.AsSpan();
        if (rest.Contains('\0')) return false;
        for (var at = rest.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0; at = rest.IndexOfAnyInRange('\uD800', '\uDFFF'))
        {
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1])) return false;
            rest = rest[(at + 2)..];
        }

        return true;
    }

    private static string Plain(string text, int length)
    {
        var plain = new StringBuilder(Math.Min(text.Length, length));
        foreach (var rune in text.EnumerateRunes())
        {
            if (plain.Length >= length) return plain.Append('…').ToString();
            if (IsHidden(rune))
                plain.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
            else
                plain.Append(rune.ToString());
        }

        return plain.ToString();
    }

    // A reader has to see which character is wrong, so it is named.
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',
        _ => false,
    };
}
