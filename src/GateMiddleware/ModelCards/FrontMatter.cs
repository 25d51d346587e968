namespace GateMiddleware.ModelCards;

internal enum FrontMatterKind
{
    None,
    Found,
    NeverCloses,
    TooLarge,
    NotUtf8,
}

/// <summary>Where the front matter of a README lies, found without reading more than the limit.</summary>
internal readonly record struct FrontMatter(FrontMatterKind Kind, int Start, int Length, int BodyOffset, int LinesBefore)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The opening line is <c>---</c>, after white space at most: clients of the Hub look for <c>^\s*---[\r\n]+</c>, and a gate that
    /// they see must not be missed here. Both lines may end in blanks, and in LF, CRLF or CR.
    /// </summary>
    public static FrontMatter Find(ReadOnlySpan<byte> readme, int limit)
    {
        if (IsWide(readme)) return new FrontMatter(FrontMatterKind.NotUtf8, 0, 0, 0, 0);

        var textStart = readme.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var opening = textStart;
        var line = 0;
        while (opening < readme.Length && opening - textStart < limit && IsWhiteSpace(readme[opening]))
            opening += LineBreak(readme, opening) is var length and > 0 ? Count(length, ref line) : 1;

        // White space without end: what stands behind it was not looked at, and may be a gate.
        if (opening < readme.Length && IsWhiteSpace(readme[opening])) return new FrontMatter(FrontMatterKind.TooLarge, opening, 0, opening, line);

        var start = AfterMarker(readme, opening);
        if (start < 0) return new FrontMatter(FrontMatterKind.None, textStart, 0, textStart, 0);
        return FindEnd(readme, start, line + 1, limit);
    }

    private static FrontMatter FindEnd(ReadOnlySpan<byte> readme, int start, int linesBefore, int limit)
    {
        for (var position = start; position < readme.Length;)
        {
            if (position - start > limit) return new FrontMatter(FrontMatterKind.TooLarge, start, 0, start, linesBefore);
            var body = AfterMarker(readme, position);
            if (body >= 0) return new FrontMatter(FrontMatterKind.Found, start, position - start, body, linesBefore);

            // One line longer than the limit must not be searched to its end, which may be megabytes away.
            var rest = readme[position..Math.Min(readme.Length, start + limit + 2)];
            var next = rest.IndexOfAny((byte)'\n', (byte)'\r');
            if (next < 0)
                return new FrontMatter(start + limit + 2 < readme.Length ? FrontMatterKind.TooLarge : FrontMatterKind.NeverCloses, start, 0, start, linesBefore);
            position += next + LineBreak(readme, position + next);
        }

        return new FrontMatter(FrontMatterKind.NeverCloses, start, 0, start, linesBefore);
    }

    /// <returns>The offset after a line that is <c>---</c> and blanks, or -1.</returns>
    private static int AfterMarker(ReadOnlySpan<byte> readme, int position)
    {
        if (!readme[position..].StartsWith("---"u8)) return -1;
        position += 3;
        while (position < readme.Length && readme[position] is (byte)' ' or (byte)'\t') position++;
        if (position == readme.Length) return position;
        var length = LineBreak(readme, position);
        return length == 0 ? -1 : position + length;
    }

    private static int LineBreak(ReadOnlySpan<byte> readme, int position) => readme[position] switch
    {
        (byte)'\n' => 1,
        (byte)'\r' => position + 1 < readme.Length && readme[position + 1] == (byte)'\n' ? 2 : 1,
        _ => 0,
    };

    private static int Count(int length, ref int line)
    {
        line++;
        return length;
    }

    private static bool IsWhiteSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;

    // UTF-16 and UTF-32 would pass for "no front matter" although an editor shows a gate.
    private static bool IsWide(ReadOnlySpan<byte> readme) =>
        readme.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || readme.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) || readme[..Math.Min(4, readme.Length)].Contains((byte)0);
}
