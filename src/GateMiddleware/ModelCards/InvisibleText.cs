using System.Globalization;
using System.Text;

namespace GateMiddleware.ModelCards;

/// <summary>Which characters take part in a line without being seen, and which look like a hyphen.</summary>
internal static class InvisibleText
{
    /// <summary>
    /// Letters that are drawn as nothing: the Hangul fillers of Default_Ignorable_Code_Point, and the blank of Braille. The rest of that property
    /// are format characters, marks and unassigned code points.
    /// </summary>
    public static bool IsFiller(int code) => code is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800;

    /// <summary>True for white space, controls, format characters, marks and everything else that may show nothing; for code points without a meaning too.</summary>
    public static bool IsInvisible(Rune rune) => IsFiller(rune.Value) || rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;

    /// <summary>True for a text in which nothing is seen.</summary>
    public static bool IsBlank(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (!IsInvisible(rune)) return false;
        return true;
    }

    /// <summary>The text with one blank wherever there was white space, line breaks and tabs included, and none at its ends.</summary>
    /// <returns>Null when it holds another control character.</returns>
    public static string? OnOneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        var gap = false;
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter))
            {
                gap = line.Length > 0;
                continue;
            }

            if (char.IsControl(letter)) return null;
            if (gap) line.Append(' ');
            gap = false;
            line.Append(letter);
        }

        return line.ToString();
    }

    /// <summary>
    /// True where some program begins a new line: LF, CR, VT, FF, the four separators of ASCII, NEL, and Unicode's separators of lines and paragraphs.
    /// </summary>
    public static bool IsLineBreak(Rune rune) => rune.Value is (>= 0x0A and <= 0x0D) or (>= 0x1C and <= 0x1E) or 0x85 or 0x2028 or 0x2029;

    /// <summary>True for the hyphen and whatever looks like one (UTS #39): dashes, minus signs, box drawing, overlines, the stroke of Chinese and Japanese.</summary>
    public static bool IsDash(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DashPunctuation || rune.Value is 0xAF or 0x02C9 or 0x02D7 or 0x06D4
        or 0x1173 or 0x1196 or 0x203E or 0x2043 or 0x207B or 0x208B or 0x2212 or 0x23AF or (>= 0x23BA and <= 0x23BD) or 0x2500 or 0x2501 or 0x254C or 0x254D or 0x2574
        or 0x2578 or 0x2796 or 0x2CBA or 0x2CBB or 0x2F00 or 0x30FC or 0x3161 or 0x3192 or 0x31D0 or 0x4E00 or 0xA7F7 or (>= 0xFE49 and <= 0xFE4C) or 0xFF70 or 0xFFDA
        or 0xFFE3;
}
