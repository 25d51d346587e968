namespace RepoHost.Lfs;

/// <summary>
/// Puts the 256 bytes into classes that every step of a pattern treats alike, so that a pattern needs a row of moves for each class and not for each byte. Most
/// patterns have a handful: eight thousand of them with a row for each byte were 80 MB, which the garbage collector then had to move while everyone waited.
/// </summary>
internal sealed class ByteClasses
{
    private readonly int[] sizes = new int[256];

    public ByteClasses() => sizes[0] = Of.Length;

    /// <summary>The class of each byte.</summary>
    public byte[] Of { get; } = new byte[256];

    public int Count { get; private set; } = 1;

    /// <summary>Tells this byte from all others.</summary>
    public void Split(byte single)
    {
        ref var its = ref Of[single];
        if (sizes[its] == 1)
            return;
        sizes[its]--;
        its = Add(1);
    }

    /// <summary>Tells the bytes of the set from those outside.</summary>
    public void Split(GlobSet set)
    {
        Span<int> inside = stackalloc int[256];
        inside.Clear();
        for (var b = 0; b < Of.Length; b++)
            inside[Of[b]] += set.Contains((byte)b) ? 1 : 0;

        // Where the part inside goes: a class that is inside as a whole stays as it is.
        Span<byte> target = stackalloc byte[256];
        for (int its = 0, known = Count; its < known; its++)
        {
            target[its] = (byte)its;
            if (inside[its] == 0 || inside[its] == sizes[its])
                continue;
            sizes[its] -= inside[its];
            target[its] = Add(inside[its]);
        }

        for (var b = 0; b < Of.Length; b++)
        {
            if (set.Contains((byte)b))
                Of[b] = target[Of[b]];
        }
    }

    // There are never more classes than bytes, since none is empty.
    private byte Add(int size)
    {
        sizes[Count] = size;
        return (byte)Count++;
    }
}
