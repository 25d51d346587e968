using System.Globalization;
using System.Text;

namespace RepoHost.Notifications;

/// <summary>Plain text for mails: what others have typed is made harmless, and lines end where a terminal does.</summary>
internal static class MailText
{
    /// <summary>In columns of a terminal.</summary>
    public const int Width = 76;

    /// <summary>Blocks of characters that take two columns (Unicode, East Asian Width), and emoji.</summary>
    private static readonly (int First, int Last)[] Wide =
        [(0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1FAFF), (0x20000, 0x3FFFD)];

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

    /// <summary>Lines of at most <see cref="Width"/> columns. A word that is longer than a line is cut.</summary>
    /// <param name="first">Begins the first line.</param>
    /// <param name="next">Begins every other line.</param>
    public static IEnumerable<string> Wrap(string text, string first = "", string next = "")
    {
        var line = new StringBuilder(first);
        var columns = first.Length;
        var empty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Pieces(word, Width - Math.Max(first.Length, next.Length))))
        {
            var wordColumns = Columns(word);
            if (!empty && columns + 1 + wordColumns > Width)
            {
                yield return line.ToString();
                line.Clear().Append(next);
                columns = next.Length;
                empty = true;
            }

            line.Append(empty ? "" : " ").Append(word);
            columns += wordColumns + (empty ? 0 : 1);
            empty = false;
        }

        yield return line.ToString();
    }

    public static int Columns(string text) => text.EnumerateRunes().Sum(Columns);

    private static int Columns(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0
            : Wide.Any(block => rune.Value >= block.First && rune.Value <= block.Last) ? 2 : 1;

    private static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune) || rune == Rune.ReplacementChar
        || (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            // Zero-width joiners are part of how some scripts and emoji are written.
            && rune.Value is not (0x200C or 0x200D));

    private static IEnumerable<string> Pieces(string word, int longest)
    {
        var piece = new StringBuilder();
        var columns = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            if (columns + Columns(rune) > longest)
            {
                yield return piece.ToString();
                piece.Clear();
                columns = 0;
            }

            piece.Append(rune);
            columns += Columns(rune);
        }

        yield return piece.ToString();
    }
}
