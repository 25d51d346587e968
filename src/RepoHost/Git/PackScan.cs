namespace RepoHost.Git;

/// <summary>
/// Looks at a pack while it comes, before git resolves its deltas: how much all of its objects have once they are unpacked stands in their headers and in front of
/// each delta (gitformat-pack). 66 kB of deltas on deltas took git 27 seconds, all of it within its own limits.
/// </summary>
/// <param name="spare">Bytes that any pack may unpack to.</param>
internal sealed class PackScan(long spare)
{
    /// <summary>And this much more for each byte sent. Histories of large texts reach some dozens.</summary>
    public const int Ratio = 100;

    private const int HeaderBytes = 12;
    private const int OffsetDelta = 6, ReferenceDelta = 7;

    private readonly DeflateScan content = new();
    private readonly byte[] header = new byte[HeaderBytes];
    private Phase phase;
    private ulong bits;
    private int bitCount, seen, type, shift;
    private uint left;
    private long size, skip;

    private enum Phase
    {
        PackHeader,
        ObjectHeader,
        Size,
        BaseOffset,
        BaseId,
        Content,
        Done,
    }

    /// <summary>Bytes of the pack.</summary>
    public long Sent { get; private set; }

    /// <summary>Bytes of all objects and deltas up to here, unpacked.</summary>
    public long Unpacked { get; private set; }

    public PackFault Fault { get; private set; }

    /// <summary>All objects have come.</summary>
    public bool IsDone => phase == Phase.Done;

    /// <summary>Takes the next bytes. Nothing more is looked at once there is a fault.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        Sent += bytes.Length;
        var input = new BitInput(bytes, bits, bitCount);
        while (Fault == PackFault.None && phase != Phase.Done && Step(ref input))
        {
        }

        (bits, bitCount) = (input.Bits, input.Count);
        // What is still inflating counts as it comes: nobody waits for the end of a text of zeros.
        if (phase == Phase.Content)
            Judge(content.Size);
    }

    /// <summary>False: there is too little input.</summary>
    private bool Step(ref BitInput input)
    {
        switch (phase)
        {
            case Phase.PackHeader:
                return ReadPackHeader(ref input);
            case Phase.ObjectHeader:
                if (!input.TryTake(8, out var first))
                    return false;
                (type, size, shift) = ((first >> 4) & 7, first & 15, 4);
                return Go(first > 0x7f ? Phase.Size : AfterSize());
            case Phase.Size:
                if (!input.TryTake(8, out var next))
                    return false;
                if (shift > 56)
                    return Break(PackFault.Unreadable);
                size |= (long)(next & 0x7f) << shift;
                shift += 7;
                return next > 0x7f || Go(AfterSize());
            case Phase.BaseOffset:
                return input.TryTake(8, out var offset) && (offset > 0x7f || Go(BeginContent()));
            case Phase.BaseId:
                skip -= input.Skip(skip);
                return skip == 0 && Go(BeginContent());
            default:
                content.Read(ref input);
                return content.IsBroken ? Break(PackFault.Unreadable) : content.IsDone && EndObject();
        }
    }

    private bool ReadPackHeader(ref BitInput input)
    {
        for (; seen < HeaderBytes; seen++)
        {
            if (!input.TryTake(8, out var value))
                return false;
            header[seen] = (byte)value;
        }

        if (!header.AsSpan(0, 4).SequenceEqual("PACK"u8))
            return Break(PackFault.Unreadable);
        left = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
        return Go(left == 0 ? Phase.Done : Phase.ObjectHeader);
    }

    private Phase AfterSize()
    {
        skip = GitOid.ByteLength;
        return type == OffsetDelta ? Phase.BaseOffset : type == ReferenceDelta ? Phase.BaseId : BeginContent();
    }

    private Phase BeginContent()
    {
        content.Begin();
        return Phase.Content;
    }

    private bool EndObject()
    {
        var made = 0L;
        if (type is OffsetDelta or ReferenceDelta)
        {
            var sizes = content.Head;
            if (ReadSize(ref sizes) is null || ReadSize(ref sizes) is not { } result)
                return Break(PackFault.Unreadable);
            if (result > PushedData.MostAtOnceBytes)
                return Break(PackFault.ObjectTooLarge);
            made = result;
        }

        Unpacked += content.Size + made;
        Judge(0);
        return Go(--left == 0 ? Phase.Done : Phase.ObjectHeader);
    }

    private void Judge(long more)
    {
        if (Unpacked + more > spare + (Sent * Ratio))
            Fault = PackFault.TooMuch;
    }

    /// <summary>Seven bits in each byte, the lowest first. Null when it does not end.</summary>
    private static long? ReadSize(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0L;
        for (var at = 0; at < bytes.Length && at < 9; at++)
        {
            value |= (long)(bytes[at] & 0x7f) << (7 * at);
            if (bytes[at] <= 0x7f)
            {
                bytes = bytes[(at + 1)..];
                return value;
            }
        }

        return null;
    }

    private bool Go(Phase next)
    {
        phase = next;
        return true;
    }

    private bool Break(PackFault fault)
    {
        Fault = fault;
        return true;
    }
}

internal enum PackFault
{
    None,

    /// <summary>It is no pack that git would take.</summary>
    Unreadable,

    /// <summary>One object is larger than git may look at.</summary>
    ObjectTooLarge,

    /// <summary>All together unpack to more than a pack of this size may.</summary>
    TooMuch,
}
