using System.Globalization;

namespace RepoHost.Hosting;

/// <summary>What a <c>Range</c> header asks of a content of known size (RFC 9110 section 14, contract 3.1.2).</summary>
internal readonly record struct ByteRange(ByteRangeKind Kind, long First, long Length)
{
    private static readonly ByteRange Whole = new(ByteRangeKind.Whole, 0, 0);

    /// <summary>
    /// Reads one range; several ranges, another unit or nonsense mean the whole content, as the RFC allows. A last byte beyond the end is cut to the end:
    /// an old Rust client asks for one byte too many.
    /// </summary>
    public static ByteRange Parse(string? header, long size)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            return Whole;

        var spec = header.AsSpan("bytes=".Length).Trim();
        var dash = spec.IndexOf('-');
        if (dash < 0 || spec.Contains(','))
            return Whole;

        var from = spec[..dash].Trim();
        var to = spec[(dash + 1)..].Trim();
        if (from.IsEmpty)
        {
            // bytes=-N: the last N bytes
            if (!TryNumber(to, out var suffix))
                return Whole;
            if (suffix == 0 || size == 0)
                return new(ByteRangeKind.Unsatisfiable, 0, 0);
            var length = Math.Min(suffix, size);
            return new(ByteRangeKind.Part, size - length, length);
        }

        if (!TryNumber(from, out var first))
            return Whole;
        var last = long.MaxValue;
        if (!to.IsEmpty && (!TryNumber(to, out last) || last < first))
            return Whole;

        if (size == 0 && first == 0)
            return new(ByteRangeKind.PartOfNothing, 0, 0);
        if (first >= size)
            return new(ByteRangeKind.Unsatisfiable, 0, 0);
        last = Math.Min(last, size - 1);
        return new(ByteRangeKind.Part, first, last - first + 1);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

internal enum ByteRangeKind
{
    /// <summary>200 with everything.</summary>
    Whole,

    /// <summary>206.</summary>
    Part,

    /// <summary>A range of an empty file: 200, so that clients which probe with <c>bytes=0-0</c> don't fail (trap T36).</summary>
    PartOfNothing,

    /// <summary>416.</summary>
    Unsatisfiable,
}
