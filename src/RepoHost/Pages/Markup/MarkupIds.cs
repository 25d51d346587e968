using System.Globalization;
using System.Text;

namespace RepoHost.Pages.Markup;

/// <summary>
/// The ids of a text: of its headings as GitHub and the Hub make them, so that links within a text find their heading, and those that it gives by itself.
/// Each is there once.
/// </summary>
/// <param name="prefix">Before every id, so that none of them is one of the page's own or of another text.</param>
internal sealed class MarkupIds(string prefix)
{
    private const int Longest = 100;

    private readonly HashSet<string> taken = [];
    private readonly Dictionary<string, int> numbers = [];

    /// <summary>The id of a heading that says this: another one when it is taken.</summary>
    /// <param name="given">The id that the heading itself names; null for none.</param>
    public string OfHeading(string text, string? given)
    {
        var id = Of(given ?? Slug(text));
        var number = numbers.GetValueOrDefault(id);
        var free = number == 0 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}-{number}");
        while (!taken.Add(free))
            free = string.Create(CultureInfo.InvariantCulture, $"{id}-{++number}");
        numbers[id] = number + 1;
        return free;
    }

    /// <summary>Null when it is taken.</summary>
    public string? OrNull(string wanted) => Of(wanted) is var id && taken.Add(id) ? id : null;

    /// <summary>What <c>#wanted</c> leads to.</summary>
    public string Of(string wanted) => prefix + Part(wanted);

    /// <summary>
    /// As a part of an id or a fragment: what could end it becomes a hyphen. Signs beyond ASCII are left out, and so is all that joins or varies emoji
    /// (zero-width joiners, variation selectors, keycaps, tags): the Hub leaves some of these in a heading's id and not others, writers of links follow one
    /// rule or the other, and no two headings differ by them alone.
    /// </summary>
    public static string Part(string text)
    {
        var id = new StringBuilder(Math.Min(text.Length, Longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (id.Length + rune.Utf16SequenceLength > Longest)
                break;
            if (IsWord(rune) || rune.Value is '-' or '_' or '.' or ':')
                id.Append(rune);
            else if (rune.IsAscii || Rune.IsWhiteSpace(rune))
                id.Append('-');
        }

        return id.ToString();
    }

    /// <summary>Letters, digits and the marks that stand on them, hyphens, underlines; a hyphen for each blank, and nothing for all else.</summary>
    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var rune in text.ToLowerInvariant().EnumerateRunes())
        {
            if (IsWord(rune) || rune.Value is '-' or '_')
                slug.Append(rune);
            else if (rune.Value == ' ')
                slug.Append('-');
        }

        return slug.Length == 0 ? "section" : slug.ToString();
    }

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark => rune.Value is not (>= 0xFE00 and <= 0xFE0F) and not (>= 0xE0100 and <= 0xE01EF),
        UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber => true,
        UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => false,
        _ => Rune.IsLetterOrDigit(rune),
    };
}
