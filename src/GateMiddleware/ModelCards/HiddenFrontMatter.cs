using System.Buffers;
using System.Text;

namespace GateMiddleware.ModelCards;

/// <summary>
/// Front matter that a person sees and <see cref="FrontMatter"/> does not find, or finds elsewhere: its marks hold something invisible or are other dashes, a comment stands
/// before it, or a second one follows. The gate in it is meant, so each is a fault, with its place.
/// </summary>
internal static class HiddenFrontMatter
{
    private const int LongestKey = 200;

    private static readonly SearchValues<char> KeyEnds = SearchValues.Create(":\uFF1A\uFE55\uFE13\uA789\u2236");

    /// <summary>Looks at the beginning of a README in which no front matter was found.</summary>
    public static CardProblem? FindBefore(ReadOnlySpan<byte> readme, int textStart, int limit)
    {
        var start = SkipInvisible(readme, textStart, limit, out var odd);
        if (start >= readme.Length) return null;
        if (start - textStart >= limit) return At(readme, start, $"the first {limit} bytes of README.md show nothing, and what is behind them was not looked at");

        var commented = false;
        while (readme[start..].StartsWith("<!--"u8))
        {
            var end = readme[start..Math.Min(readme.Length, start + limit)].IndexOf("-->"u8);
            if (end < 0) return null;
            commented = true;
            start = SkipInvisible(readme, start + end + 3, limit, out _);
            if (start >= readme.Length) return null;
        }

        var line = MarkerLine.Read(readme, start);
        if (line.Dashes == 0) return null;
        var oddAt = odd ?? (line.Odd is null ? null : start + line.OddOffset);
        if (!commented && line.Dashes == 3 && oddAt is { } at) return At(readme, at, $"the line that begins the front matter must be --- and nothing else, but here is {NameAt(readme, at)}");
        if (!commented && oddAt is null) return null;
        return HoldsGateKey(readme, line.Next, limit) ? At(readme, oddAt ?? start, commented
            ? "front matter with a key of the gate must stand at the very beginning of README.md, before any comment"
            : $"the front matter holds a key of the gate, but the line that begins it is not ---: here is {NameAt(readme, oddAt!.Value)}") : null;
    }

    /// <summary>Looks for a line that seems to end the front matter, or that some programs see and others don't, with a key of the gate on it.</summary>
    public static CardProblem? FindInside(ReadOnlySpan<byte> readme, int start, int end)
    {
        var front = readme[..end];
        for (var position = start; position < end;)
        {
            // A blank first: the line belongs to the text above it.
            var first = front[position];
            if (first is (byte)'-' or >= 0x7F or < 0x09 or (> 0x0D and < (byte)' ') or 0x0B or 0x0C
                && MarkerLine.Read(front, position) is { Dashes: > 0, Odd: not null } line)
            {
                return At(readme, position + line.OddOffset, $"the line that ends the front matter must be --- and nothing else, but here is {NameAt(readme, position + line.OddOffset)}");
            }

            var next = front[position..].IndexOfAny((byte)'\n', (byte)'\r');
            if (next < 0) break;
            position += next + 1;
        }

        // YAML 1.2 has these characters as text, YAML 1.1 as line breaks: where they decide whether there is a gate, nobody knows what was meant.
        for (var at = FindSeparator(front, start); at >= 0; at = FindSeparator(front, at + 1))
        {
            // One line of such a program, so that a row of these characters is not read again from each of them.
            var behind = at + (front[at] == 0xC2 ? 2 : 3);
            var line = front.Slice(behind, LineLength(front[behind..], out _));
            if (MarkerLine.Read(line, 0) is { Dashes: > 0 } || IsGateLine(line, openToo: true))
                return At(readme, at, $"some programs begin a new line at {NameAt(readme, at)} and others don't, and a key of the gate or a row of dashes follows; put a line break or a blank in its place");
        }

        return null;
    }

    /// <summary>Such a character in a comment, or otherwise not in a value.</summary>
    public static CardProblem SeparatorOutsideText(ReadOnlySpan<byte> readme, int start, int end)
    {
        var at = FindSeparator(readme[..end], start);
        return At(readme, at, $"some programs begin a new line at {NameAt(readme, at)} and others don't, so it may stand in a text but not in a comment; put a line break or a blank in its place");
    }

    /// <summary>
    /// Looks behind front matter that says nothing of a gate. Clients of the Hub search for <c>^\s*---[\r\n]+</c>, anything, <c>[\r\n]+---</c>: when the
    /// front matter is empty, what they find begins with it and goes on to the next mark.
    /// </summary>
    public static CardProblem? FindBehind(ReadOnlySpan<byte> readme, FrontMatter front, int limit)
    {
        if (front.Length == 0 && HoldsGateKey(readme, front.BodyOffset, limit))
            return At(readme, front.BodyOffset, "the front matter is empty, and keys of the gate stand behind it: take out one of the two --- lines above this one");
        var start = SkipInvisible(readme, front.BodyOffset, limit, out _);
        if (start >= readme.Length || MarkerLine.Read(readme, start) is not { Dashes: > 0 } line || !HoldsGateKey(readme, line.Next, limit)) return null;
        return At(readme, start, "a second front matter begins here, and it holds a key of the gate: move its keys into the first");
    }

    /// <summary>Whether a line of front matter that can't be parsed says that there is a gate.</summary>
    public static bool NamesGate(ReadOnlySpan<byte> front)
    {
        for (var position = 0; position < front.Length;)
        {
            var length = LineLength(front[position..], out var lineBreak);
            if (IsGateLine(front.Slice(position, length), openToo: false)) return true;
            position += length + lineBreak;
        }

        return false;
    }

    // As far as the next line of dashes. Code blocks are examples.
    private static bool HoldsGateKey(ReadOnlySpan<byte> readme, int start, int limit)
    {
        var end = Math.Min(readme.Length, start + limit);
        var found = false;
        for (var position = start; position < end;)
        {
            if (readme[position..].StartsWith("```"u8) || readme[position..].StartsWith("~~~"u8)) return false;
            if (MarkerLine.Read(readme[..end], position) is { Dashes: > 0 }) return found;
            var length = LineLength(readme[position..end], out var lineBreak);
            found |= IsGateLine(readme.Slice(position, length), openToo: true);
            position += length + lineBreak;
        }

        return false;
    }

    private static bool IsGateLine(ReadOnlySpan<byte> line, bool openToo)
    {
        var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestKey * 4)]);
        var end = text.AsSpan().IndexOfAny(KeyEnds);
        if (end is <= 0 or > LongestKey) return false;
        var key = text[..end].TrimStart('?', '{', ' ').Trim(' ', '"', '\'');
        if (GateKeySpelling.FindMeant(key) is not null) return true;
        return GateKeySpelling.IsGateKey(key) && (openToo || key != "gated" || text[(end + 1)..].Trim() is not ("false" or "False" or "FALSE"));
    }

    private static int LineLength(ReadOnlySpan<byte> rest, out int lineBreak)
    {
        for (var position = 0; position < rest.Length;)
        {
            Rune.DecodeFromUtf8(rest[position..], out var rune, out var length);
            if (InvisibleText.IsLineBreak(rune))
            {
                lineBreak = length;
                return position;
            }

            position += length;
        }

        lineBreak = 0;
        return rest.Length;
    }

    /// <returns>The offset of the first character that is seen, or one behind the limit.</returns>
    private static int SkipInvisible(ReadOnlySpan<byte> readme, int start, int limit, out int? odd)
    {
        odd = null;
        var position = start;
        while (position < readme.Length && position - start < limit)
        {
            Rune.DecodeFromUtf8(readme[position..], out var rune, out var length);
            if (!InvisibleText.IsInvisible(rune)) break;
            if (!rune.IsAscii || rune.Value is not (' ' or '\t' or '\n' or '\r' or '\v' or '\f')) odd ??= position;
            position += length;
        }

        return position;
    }

    private static int FindSeparator(ReadOnlySpan<byte> front, int start)
    {
        for (var position = start; position < front.Length;)
        {
            var next = front[position..].IndexOfAny((byte)0xC2, (byte)0xE2);
            if (next < 0) return -1;
            position += next;
            if (front[position..].StartsWith("\u0085"u8) || front[position..].StartsWith("\u2028"u8) || front[position..].StartsWith("\u2029"u8)) return position;
            position++;
        }

        return -1;
    }

    private static string NameAt(ReadOnlySpan<byte> readme, int offset) =>
        Rune.DecodeFromUtf8(readme[offset..], out var rune, out _) == OperationStatus.Done ? $"the character U+{rune.Value:X4}" : "a byte that is not UTF-8";

    /// <summary>The place as editors count it: a byte order mark at the beginning is no column.</summary>
    private static CardProblem At(ReadOnlySpan<byte> readme, int offset, string message)
    {
        var before = readme[..offset];
        var line = 1;
        var lineStart = 0;
        for (var position = 0; position < before.Length; position++)
        {
            if (before[position] != '\n' && (before[position] != '\r' || (position + 1 < readme.Length && readme[position + 1] == '\n'))) continue;
            line++;
            lineStart = position + 1;
        }

        var text = before[lineStart..];
        if (lineStart == 0 && text.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
        return new CardProblem(line, Encoding.UTF8.GetCharCount(text) + 1, CardText.Sentence(message), ClosesGate: true);
    }
}
