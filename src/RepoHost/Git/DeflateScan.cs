namespace RepoHost.Git;

/// <summary>
/// Finds the end of zlib streams (RFC 1950 and 1951) and the size of what they hold without inflating it: the work is that of the bytes that came, however large they
/// would become. Only the first bytes of the content are known.
/// </summary>
internal sealed class DeflateScan
{
    /// <summary>Enough for the two sizes in front of a delta.</summary>
    public const int HeadBytes = 24;

    private const int EndOfBlock = 256;

    // RFC 1951, 3.2.5 and 3.2.7.
    private static readonly int[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly int[] LengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly int[] DistanceBase = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
    private static readonly int[] DistanceExtra = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
    private static readonly byte[] LengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    private static readonly HuffmanCode FixedLiterals = HuffmanCode.TryMake([.. Enumerable.Range(0, 288).Select(i => (byte)(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))])!;
    private static readonly HuffmanCode FixedDistances = HuffmanCode.TryMake([.. Enumerable.Repeat((byte)5, 30)])!;

    private readonly byte[] head = new byte[HeadBytes];
    private readonly byte[] lengths = new byte[320];
    private Phase phase;
    private bool last;
    private int literalCount, distanceCount, codeCount, known;
    private long stored;
    private HuffmanCode codes = FixedLiterals, literals = FixedLiterals, distances = FixedDistances;

    private enum Phase
    {
        Head,
        Block,
        StoredLength,
        Stored,
        Counts,
        CodeLengths,
        Lengths,
        Symbols,
        Check,
        Done,
        Broken,
    }

    /// <summary>Bytes of content up to here.</summary>
    public long Size { get; private set; }

    public ReadOnlySpan<byte> Head => head.AsSpan(0, (int)Math.Min(Size, HeadBytes));

    public bool IsDone => phase == Phase.Done;

    public bool IsBroken => phase == Phase.Broken;

    public void Begin() => (phase, last, Size) = (Phase.Head, false, 0);

    /// <summary>Reads on until the stream ends or the input does.</summary>
    public void Read(ref BitInput input)
    {
        while (phase is not (Phase.Done or Phase.Broken) && Step(ref input))
        {
        }
    }

    /// <summary>False: there is too little input.</summary>
    private bool Step(ref BitInput input) => phase switch
    {
        // Method 8; the header is a multiple of 31, and no dictionary is named.
        Phase.Head => input.TryTake(16, out var zlib)
            && Go(zlib % 256 % 16 == 8 && ((zlib % 256 * 256) + (zlib / 256)) % 31 == 0 && (zlib & 0x2000) == 0 ? Phase.Block : Phase.Broken),
        Phase.Block => input.TryTake(3, out var block) && BeginBlock(ref input, block),
        Phase.StoredLength => input.TryTake(32, out var both) && BeginStored((uint)both),
        Phase.Stored => SkipStored(ref input),
        Phase.Counts => input.TryTake(14, out var counts) && BeginCodes(counts),
        Phase.CodeLengths => ReadCodeLengths(ref input),
        Phase.Lengths => ReadLengths(ref input),
        Phase.Symbols => ReadSymbols(ref input),
        _ => input.TryTake(32, out _) && Go(Phase.Done),
    };

    private bool Go(Phase next)
    {
        phase = next;
        return true;
    }

    private bool BeginBlock(ref BitInput input, int block)
    {
        last = (block & 1) != 0;
        switch (block >> 1)
        {
            case 0:
                input.Align();
                return Go(Phase.StoredLength);
            case 1:
                (literals, distances) = (FixedLiterals, FixedDistances);
                return Go(Phase.Symbols);
            case 2:
                return Go(Phase.Counts);
            default:
                return Go(Phase.Broken);
        }
    }

    private bool EndBlock(ref BitInput input)
    {
        if (last)
            input.Align();
        return Go(last ? Phase.Check : Phase.Block);
    }

    private bool BeginStored(uint both)
    {
        stored = both & 0xffff;
        return Go((both >> 16) == (stored ^ 0xffff) ? Phase.Stored : Phase.Broken);
    }

    private bool SkipStored(ref BitInput input)
    {
        for (; stored > 0 && Size < HeadBytes; stored--)
        {
            if (!input.TryTake(8, out var literal))
                return false;
            Add((byte)literal);
        }

        var skipped = input.Skip(stored);
        Size += skipped;
        stored -= skipped;
        return stored == 0 && EndBlock(ref input);
    }

    private bool BeginCodes(int counts)
    {
        (literalCount, distanceCount, codeCount, known) = ((counts & 31) + 257, ((counts >> 5) & 31) + 1, (counts >> 10) + 4, 0);
        Array.Clear(lengths);
        return Go(literalCount > 286 || distanceCount > 30 ? Phase.Broken : Phase.CodeLengths);
    }

    private bool ReadCodeLengths(ref BitInput input)
    {
        for (; known < codeCount; known++)
        {
            if (!input.TryTake(3, out var length))
                return false;
            lengths[LengthOrder[known]] = (byte)length;
        }

        if (HuffmanCode.TryMake(lengths.AsSpan(0, LengthOrder.Length)) is not { } code)
            return Go(Phase.Broken);
        codes = code;
        known = 0;
        Array.Clear(lengths);
        return Go(Phase.Lengths);
    }

    private bool ReadLengths(ref BitInput input)
    {
        while (known < literalCount + distanceCount)
        {
            input.Fill();
            var symbol = codes.Decode(input.Bits, input.Count, out var used);
            if (symbol < 0)
                return symbol == HuffmanCode.Invalid && Go(Phase.Broken);
            var (extra, least) = symbol switch { 16 => (2, 3), 17 => (3, 3), 18 => (7, 11), _ => (0, 1) };
            if (input.Count < used + extra)
                return false;
            var times = least + (int)((input.Bits >> used) & ((1UL << extra) - 1));
            input.Drop(used + extra);
            if (known + times > literalCount + distanceCount || (symbol == 16 && known == 0))
                return Go(Phase.Broken);
            lengths.AsSpan(known, times).Fill(symbol == 16 ? lengths[known - 1] : (byte)(symbol < 16 ? symbol : 0));
            known += times;
        }

        if (HuffmanCode.TryMake(lengths.AsSpan(0, literalCount)) is not { } first || HuffmanCode.TryMake(lengths.AsSpan(literalCount, distanceCount)) is not { } second)
            return Go(Phase.Broken);
        (literals, distances) = (first, second);
        return Go(Phase.Symbols);
    }

    private bool ReadSymbols(ref BitInput input)
    {
        while (true)
        {
            input.Fill();
            var symbol = literals.Decode(input.Bits, input.Count, out var used);
            if (symbol < 0)
                return symbol == HuffmanCode.Invalid && Go(Phase.Broken);
            if (symbol < EndOfBlock)
            {
                input.Drop(used);
                Add((byte)symbol);
                continue;
            }

            if (symbol == EndOfBlock)
            {
                input.Drop(used);
                return EndBlock(ref input);
            }

            if (!TryCopy(ref input, symbol - EndOfBlock - 1, used))
                return phase == Phase.Broken;
        }
    }

    /// <summary>48 bits at most: all of them, or none is taken.</summary>
    private bool TryCopy(ref BitInput input, int symbol, int used)
    {
        if (symbol >= LengthBase.Length)
            return Break();
        var length = LengthBase[symbol] + (int)((input.Bits >> used) & ((1UL << LengthExtra[symbol]) - 1));
        used += LengthExtra[symbol];
        if (used > input.Count)
            return false;
        var code = distances.Decode(input.Bits >> used, input.Count - used, out var more);
        if (code == HuffmanCode.Unknown)
            return false;
        if (code < 0 || code >= DistanceBase.Length)
            return Break();
        used += more;
        var distance = DistanceBase[code] + (int)((input.Bits >> used) & ((1UL << DistanceExtra[code]) - 1));
        used += DistanceExtra[code];
        if (used > input.Count)
            return false;
        if (distance > Size)
            return Break();
        input.Drop(used);
        for (; length > 0 && Size < HeadBytes; length--)
            Add(head[Size - distance]);
        Size += length;
        return true;
    }

    private bool Break()
    {
        phase = Phase.Broken;
        return false;
    }

    private void Add(byte value)
    {
        if (Size < HeadBytes)
            head[Size] = value;
        Size++;
    }
}
