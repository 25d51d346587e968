namespace RepoHost.Git;

/// <summary>One Huffman code of RFC 1951, 3.2.2, from the lengths of its symbols.</summary>
internal sealed class HuffmanCode
{
    public const int LongestCode = 15;

    /// <summary>No symbol begins like this.</summary>
    public const int Invalid = -1;

    /// <summary>More bits are needed to tell.</summary>
    public const int Unknown = -2;

    private const int QuickBits = 9;

    private readonly ushort[] quick = new ushort[1 << QuickBits];
    private readonly short[] counts = new short[LongestCode + 1];
    private readonly short[] symbols;

    private HuffmanCode(int count) => symbols = new short[count];

    /// <summary>Null when more symbols have short codes than there are short codes.</summary>
    public static HuffmanCode? TryMake(ReadOnlySpan<byte> lengths)
    {
        var code = new HuffmanCode(lengths.Length);
        foreach (var length in lengths)
            code.counts[length]++;
        code.counts[0] = 0;
        Span<int> first = stackalloc int[LongestCode + 2], offsets = stackalloc int[LongestCode + 2];
        for (var length = 1; length <= LongestCode; length++)
        {
            first[length + 1] = (first[length] + code.counts[length]) << 1;
            offsets[length + 1] = offsets[length] + code.counts[length];
            if (first[length] + code.counts[length] > 1 << length)
                return null;
        }

        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] is not (> 0 and var length))
                continue;
            code.symbols[offsets[length]++] = (short)symbol;
            var word = first[length]++;
            if (length <= QuickBits)
                code.FillQuick(symbol, word, length);
        }

        return code;
    }

    /// <param name="bits">The next ones in the lowest place.</param>
    /// <param name="count">How many of them there are.</param>
    /// <param name="length">How many belong to the symbol.</param>
    /// <returns>The symbol, <see cref="Invalid"/> or <see cref="Unknown"/>.</returns>
    public int Decode(ulong bits, int count, out int length)
    {
        var known = quick[bits & ((1 << QuickBits) - 1)];
        length = known & 15;
        if (length > 0)
            return length <= count ? known >> 4 : Unknown;
        var (code, first, index) = (0, 0, 0);
        for (length = 1; length <= LongestCode; length++)
        {
            if (length > count)
                return Unknown;
            code |= (int)(bits & 1);
            bits >>= 1;
            var here = counts[length];
            if (code - here < first)
                return symbols[index + (code - first)];
            index += here;
            first = (first + here) << 1;
            code <<= 1;
        }

        return Invalid;
    }

    /// <summary>Codes come with their highest bit first.</summary>
    private void FillQuick(int symbol, int word, int length)
    {
        var turned = 0;
        for (var bit = 0; bit < length; bit++)
            turned |= ((word >> bit) & 1) << (length - 1 - bit);
        for (var at = turned; at < quick.Length; at += 1 << length)
            quick[at] = (ushort)((symbol << 4) | length);
    }
}
