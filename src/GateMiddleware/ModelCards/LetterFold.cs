using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace GateMiddleware.ModelCards;

/// <summary>
/// Brings texts that a person reads as the same to the same letters: compatibility forms, look-alikes (UTS #39), capitals, accents and everything that can't be
/// seen or is no letter. A table, because the program runs without ICU, and then <see cref="string.Normalize()"/> leaves a text as it is.
/// </summary>
internal static class LetterFold
{
    /// <summary>Stands for a letter that looks like none of a to z.</summary>
    public const char Other = '\uFFFF';

    private static readonly Lazy<FrozenDictionary<int, string>> Table = new(ReadTable);

    /// <summary>Writes the letters and digits of a text. Hyphens, blanks, underscores and all other signs are left out.</summary>
    /// <param name="text">What is read; its length costs time, but no memory.</param>
    /// <param name="folded">Filled from its beginning. i, l, 1 and | are all <c>l</c>, 0 is <c>o</c>, and rn is <c>m</c>: they look alike in many fonts.</param>
    /// <returns>How much was written, and whether the text goes on after that.</returns>
    public static (int Length, bool More) Fold(ReadOnlySpan<char> text, Span<char> folded)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && !IsSeen((char)rune.Value)) continue;
            if (rune.IsAscii)
            {
                if (length == folded.Length) return (length, true);
                Append(folded, ref length, char.ToLowerInvariant((char)rune.Value));
            }
            else if (Table.Value.TryGetValue(rune.Value, out var letters))
            {
                if (length + letters.Length > folded.Length) return (length, true);
                foreach (var letter in letters) Append(folded, ref length, letter);
            }
            else if (IsOtherLetter(rune))
            {
                if (length == folded.Length) return (length, true);
                folded[length++] = Other;
            }
        }

        return (length, false);
    }

    public static string Fold(string text)
    {
        Span<char> folded = stackalloc char[64];
        return folded[..Fold(text, folded).Length].ToString();
    }

    private static bool IsSeen(char ascii) => char.IsAsciiLetterOrDigit(ascii) || ascii == '|';

    private static void Append(Span<char> folded, ref int length, char letter)
    {
        if (letter == 'n' && length > 0 && folded[length - 1] == 'r') folded[length - 1] = 'm';
        else folded[length++] = letter is 'i' or '1' or '|' ? 'l' : letter == '0' ? 'o' : letter;
    }

    // Marks stand on a letter before them; format characters, symbols and what Unicode does not know are not part of a word.
    private static bool IsOtherLetter(Rune rune) => Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber && !InvisibleText.IsFiller(rune.Value);

    private static FrozenDictionary<int, string> ReadTable()
    {
        using var stream = typeof(LetterFold).Assembly.GetManifestResourceStream("GateMiddleware.ModelCards.Confusables.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<int, string>(3000);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var letters = line[..equals];
            foreach (var range in line[(equals + 1)..].Split(' '))
            {
                var dash = range.IndexOf('-', StringComparison.Ordinal);
                var first = int.Parse(dash < 0 ? range : range[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var last = dash < 0 ? first : int.Parse(range[(dash + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                for (var code = first; code <= last; code++) table.Add(code, letters);
            }
        }

        return table.ToFrozenDictionary();
    }
}
