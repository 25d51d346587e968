using System.Globalization;
using System.Text;

namespace RepoHost.Notifications;

/// <summary>Plain text for mails: what others have typed is made harmless, and lines end where a terminal does.</summary>
internal static class MailText
{
    public const int Width = 76;

    /// <summary>
    /// One line: line breaks, control characters and the invisible ones that turn the direction of writing become blanks. So a name can neither begin a header
    /// nor a line of our text, nor show as something else than what it is.
    /// </summary>
    public static string OneLine(string? text)
    {
        var line = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (!IsBlank(rune))
                line.Append(rune);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Lines of at most <see cref="Width"/> characters. A word that is longer than a line is cut.</summary>
    /// <param name="first">Begins the first line.</param>
    /// <param name="next">Begins every other line.</param>
    public static IEnumerable<string> Wrap(string text, string first = "", string next = "")
    {
        var line = new StringBuilder(first);
        var empty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Pieces(word, Width - Math.Max(first.Length, next.Length))))
        {
            if (!empty && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear().Append(next);
                empty = true;
            }

            line.Append(empty ? "" : " ").Append(word);
            empty = false;
        }

        yield return line.ToString();
    }

    private static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune) || rune == Rune.ReplacementChar
        || (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            // Zero-width joiners are part of how some scripts and emoji are written.
            && rune.Value is not (0x200C or 0x200D));

    private static IEnumerable<string> Pieces(string word, int longest)
    {
        while (word.Length > longest)
        {
            var cut = char.IsHighSurrogate(word[longest - 1]) ? longest - 1 : longest;
            yield return word[..cut];
            word = word[cut..];
        }

        yield return word;
    }
}
