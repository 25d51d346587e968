namespace RepoHost.Git;

/// <summary>Bytes that come piece by piece, read as bits, the lowest first (RFC 1951, 3.1.1). What a piece ends with is kept for the next.</summary>
internal ref struct BitInput(ReadOnlySpan<byte> bytes, ulong bits, int count)
{
    private ReadOnlySpan<byte> bytes = bytes;

    public ulong Bits { get; private set; } = bits;

    /// <summary>How many of <see cref="Bits"/> there are.</summary>
    public int Count { get; private set; } = count;

    /// <summary>At least 56 bits, or all that there are.</summary>
    public void Fill()
    {
        while (Count <= 56 && !bytes.IsEmpty)
        {
            Bits |= (ulong)bytes[0] << Count;
            Count += 8;
            bytes = bytes[1..];
        }
    }

    public void Drop(int some)
    {
        Bits >>= some;
        Count -= some;
    }

    /// <summary>False, and nothing is taken, when there are fewer.</summary>
    public bool TryTake(int some, out int value)
    {
        if (Count < some)
            Fill();
        value = (int)(Bits & ((1UL << some) - 1));
        if (Count < some)
            return false;
        Drop(some);
        return true;
    }

    /// <summary>Passes over whole bytes, as many as there are and no more than asked.</summary>
    public long Skip(long most)
    {
        var skipped = 0L;
        for (; Count >= 8 && skipped < most; skipped++)
            Drop(8);
        if (Count >= 8 || skipped == most)
            return skipped;
        var rest = (int)Math.Min(most - skipped, bytes.Length);
        bytes = bytes[rest..];
        return skipped + rest;
    }

    /// <summary>The rest of a byte that has been begun means nothing.</summary>
    public void Align() => Drop(Count & 7);
}
