using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace RepoHost.Tests.SmartHttp;

/// <summary>Packs that are written byte by byte, with deltas that no git would make.</summary>
internal static class DeltaPack
{
    public const int Blob = 3;
    public const int RefDelta = 7;

    /// <summary>The most that one instruction of a delta can copy.</summary>
    public const int CopyBytes = 0xffffff;

    /// <summary>gitformat-pack: the sizes of source and result, then instructions; 0xf0 copies from the beginning, as much as the three bytes behind it say.</summary>
    public static byte[] Delta(long source, int copies) =>
        [.. Size(source), .. Size((long)copies * CopyBytes), .. Enumerable.Repeat((byte[])[0xf0, 0xff, 0xff, 0xff], copies).SelectMany(copy => copy)];

    /// <summary>66 kB with 600 blobs of 16 MB, none of which is too large by itself.</summary>
    public static byte[] ManyDeltas()
    {
        var content = new byte[CopyBytes];
        var origin = IdOf(content);
        var objects = new List<(int Type, byte[]? Base, byte[] Data)> { (Blob, null, content) };
        for (var i = 0; i < 600; i++)
            objects.Add((RefDelta, origin, [.. Size(CopyBytes), .. Size(CopyBytes + 2), 0xf0, 0xff, 0xff, 0xff, 2, (byte)i, (byte)(i >> 8)]));
        return Pack(objects);
    }

    public static IEnumerable<byte> Size(long size)
    {
        for (; size > 0x7f; size >>= 7)
            yield return (byte)(0x80 | (size & 0x7f));
        yield return (byte)size;
    }

    public static byte[] Pack(List<(int Type, byte[]? Base, byte[] Data)> objects)
    {
        using var pack = new MemoryStream();
        Span<byte> count = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(count, objects.Count);
        pack.Write([.. "PACK"u8, 0, 0, 0, 2]);
        pack.Write(count);
        foreach (var (type, origin, data) in objects)
        {
            var (first, rest) = ((type << 4) | (data.Length & 0xf), data.Length >> 4);
            pack.WriteByte((byte)(rest > 0 ? first | 0x80 : first));
            if (rest > 0)
                pack.Write([.. Size(rest)]);
            pack.Write(origin);
            using var zlib = new ZLibStream(pack, CompressionLevel.SmallestSize, leaveOpen: true);
            zlib.Write(data);
        }

#pragma warning disable CA5350 // It is git's.
        pack.Write(SHA1.HashData(pack.ToArray()));
#pragma warning restore CA5350
        return pack.ToArray();
    }

    public static byte[] IdOf(byte[] blob)
    {
#pragma warning disable CA5350 // It is git's.
        return SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {blob.Length}\0"), .. blob]);
#pragma warning restore CA5350
    }
}
