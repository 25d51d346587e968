using System.Globalization;
using System.Text;

namespace RepoHost.Pages.Files;

/// <summary>
/// Text of a repository as it is, not as it wants to look: characters that turn the direction of what follows, and other control characters, are written out
/// (threat rows 36 and 43; "Trojan source", CVE-2021-42574).
/// </summary>
internal static class VisibleText
{
    /// <summary>Left-to-right and right-to-left marks, embeddings, overrides and isolates.</summary>
    public static bool TurnsDirection(char c) => c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    public static string Of(string text) => Write(text, keepLines: false);

    /// <summary>The same for a text of several lines.</summary>
    public static string OfLines(string text) => Write(text, keepLines: true);

    private static string Write(string text, bool keepLines)
    {
        var first = 0;
        while (first < text.Length && !IsHidden(text[first], keepLines))
            first++;
        if (first == text.Length)
            return text;

        var shown = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (var c in text.AsSpan(first))
        {
            if (!IsHidden(c, keepLines))
                shown.Append(c);
            else if (c < ' ')
                shown.Append((char)('\u2400' + c));
            else
                shown.Append(CultureInfo.InvariantCulture, $"⟨U+{(int)c:X4}⟩");
        }

        return shown.ToString();
    }

    private static bool IsHidden(char c, bool keepLines) => TurnsDirection(c) || (char.IsControl(c) && c != '\t' && !(keepLines && c == '\n'));
}
