using System.Text;

namespace GateMiddleware.ModelCards;

/// <summary>
/// U+0085, U+2028 and U+2029 in front matter. YAML 1.2 (5.4) has them as text like any other; YAML 1.1, and with it the scanner used here, begins a new line at them. So they
/// are kept out of its sight: each is another character, which the front matter does not hold, until the values have been read.
/// </summary>
internal sealed class LineSeparators
{
    private const string Separators = "\u0085\u2028\u2029";
    private const char FirstSpare = '\uE000', LastSpare = '\uF8FF';

    private readonly string _spare;
    private int _left;

    private LineSeparators(string text, string spare, int count) => (Text, _spare, _left) = (text, spare, count);

    /// <summary>What the scanner may see.</summary>
    public string Text { get; }

    /// <summary>Whether each of them was met again in a value or a key. Those that were not stand in comments: what follows one there is seen by some readers and not by others.</summary>
    public bool AllMet => _left == 0;

    /// <summary>Hides them.</summary>
    /// <returns>Null when the text leaves no characters to take instead.</returns>
    public static LineSeparators? Hide(string text)
    {
        var count = text.Count(letter => Separators.Contains(letter, StringComparison.Ordinal));
        if (count == 0) return new LineSeparators(text, "", 0);

        var taken = text.Where(letter => letter is >= FirstSpare and <= LastSpare).ToHashSet();
        var spare = string.Concat(Enumerable.Range(FirstSpare, LastSpare - FirstSpare + 1).Select(code => (char)code).Where(letter => !taken.Contains(letter)).Take(Separators.Length));
        if (spare.Length < Separators.Length) return null;
        return new LineSeparators(Replace(text, Separators, spare, out _), spare, count);
    }

    /// <summary>The value as the author wrote it.</summary>
    public string Restore(string value)
    {
        if (_spare.Length == 0) return value;
        var restored = Replace(value, _spare, Separators, out var count);
        _left -= count;
        return restored;
    }

    private static string Replace(string text, string from, string to, out int count)
    {
        count = 0;
        if (text.AsSpan().IndexOfAny(from) < 0) return text;
        var replaced = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            var at = from.IndexOf(letter, StringComparison.Ordinal);
            count += at < 0 ? 0 : 1;
            replaced.Append(at < 0 ? letter : to[at]);
        }

        return replaced.ToString();
    }
}
