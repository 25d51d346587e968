using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace RepoHost.Git;

/// <summary>
/// Looks objects up in one <c>.idx</c> of version 2 (gitformat-pack): magic, version, 256 counts, then sorted ids, checksums, 4-byte offsets and
/// 8-byte offsets. Nothing is kept, so a repack needs no invalidation; it is used for large blobs and abbreviated ids only.
/// </summary>
internal sealed class PackIndex : IDisposable
{
    private const int FanOutAt = 8;
    private const int NamesAt = FanOutAt + (256 * 4);
    private const uint LargeOffset = 0x8000_0000;

    private readonly SafeFileHandle file;
    private readonly uint count;

    private PackIndex(SafeFileHandle file)
    {
        this.file = file;
        count = ReadUInt32(FanOutAt + (255 * 4));
    }

    /// <summary>Null if the index has gone meanwhile, or is of another version.</summary>
    public static PackIndex? TryOpen(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            Span<byte> start = stackalloc byte[8];
            if (RandomAccess.Read(file, start, 0) == 8 && BinaryPrimitives.ReadUInt64BigEndian(start) == 0xFF74_4F63_0000_0002)
            {
                var index = new PackIndex(file);
                file = null;
                return index;
            }

            return null;
        }
        catch (IOException)
        {
            return null;
        }
        finally
        {
            file?.Dispose();
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Where the object begins in the pack.</summary>
    public long? OffsetOf(GitOid oid)
    {
        var wanted = oid.ToByteArray();
        var (first, names) = NamesBeginningWith(wanted[0]);
        var (low, high) = (0, (names.Length / GitOid.ByteLength) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = names.AsSpan(middle * GitOid.ByteLength, GitOid.ByteLength).SequenceCompareTo(wanted);
            if (order == 0)
                return Offset(first + (uint)middle);
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    public IEnumerable<GitOid> BeginningWith(string hexPrefix)
    {
        var (_, names) = NamesBeginningWith(Convert.FromHexString(hexPrefix.AsSpan(0, 2))[0]);
        for (var at = 0; at < names.Length; at += GitOid.ByteLength)
        {
            if (Convert.ToHexStringLower(names, at, GitOid.ByteLength).StartsWith(hexPrefix, StringComparison.Ordinal))
                yield return GitOid.FromBytes(names.AsSpan(at, GitOid.ByteLength));
        }
    }

    private (uint First, byte[] Names) NamesBeginningWith(byte firstByte)
    {
        var first = firstByte == 0 ? 0 : ReadUInt32(FanOutAt + ((firstByte - 1) * 4));
        var end = ReadUInt32(FanOutAt + (firstByte * 4));
        if (end < first || end > count || NamesAt + ((long)count * 28) > RandomAccess.GetLength(file))
            throw new InvalidDataException("The pack index is damaged.");
        var names = new byte[(end - first) * GitOid.ByteLength];
        ReadExactly(names, NamesAt + ((long)first * GitOid.ByteLength));
        return (first, names);
    }

    private long Offset(uint position)
    {
        var offsetsAt = NamesAt + ((long)count * (GitOid.ByteLength + 4));
        var offset = ReadUInt32(offsetsAt + (position * 4L));
        if ((offset & LargeOffset) == 0)
            return offset;
        var large = new byte[8];
        ReadExactly(large, offsetsAt + (count * 4L) + ((offset & ~LargeOffset) * 8L));
        return BinaryPrimitives.ReadInt64BigEndian(large);
    }

    private uint ReadUInt32(long at)
    {
        Span<byte> value = stackalloc byte[4];
        ReadExactly(value, at);
        return BinaryPrimitives.ReadUInt32BigEndian(value);
    }

    private void ReadExactly(Span<byte> buffer, long at)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file, buffer, at);
            if (read == 0)
                throw new InvalidDataException("The pack index is damaged.");
            buffer = buffer[read..];
            at += read;
        }
    }
}
