using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace RepoHost.Git;

/// <summary>As packs number them (gitformat-pack, "Object types").</summary>
internal enum PackedType
{
    Commit = 1,
    Tree = 2,
    Tag = 4,
}

/// <summary>Objects for a quarantine, as one pack: loose ones would be a file and a flush each (gitformat-pack).</summary>
internal sealed class PackWriter : IDisposable
{
    private const int CountOffset = 8;

    private readonly FileStream file;
    private uint count;

    /// <param name="path">Of a scratch file.</param>
    public PackWriter(string path)
    {
        file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        // Version 2, and room for the count, which is known at the end.
        file.Write([.. "PACK"u8, 0, 0, 0, 2, 0, 0, 0, 0]);
    }

    public void Add(PackedType type, ReadOnlySpan<byte> content)
    {
        // The type and four bits of the size, then seven bits in each byte.
        var rest = content.Length >> 4;
        file.WriteByte((byte)((rest > 0 ? 0x80 : 0) | ((int)type << 4) | (content.Length & 15)));
        for (; rest > 0; rest >>= 7)
            file.WriteByte((byte)((rest > 0x7f ? 0x80 : 0) | (rest & 0x7f)));
        count++;
        if (content.IsEmpty)
        {
            // ZLibStream writes nothing at all for nothing (RFC 1950: the header, one empty block, the checksum).
            file.Write([0x78, 0x9c, 3, 0, 0, 0, 0, 1]);
            return;
        }

        using var zlib = new ZLibStream(file, CompressionLevel.Fastest, leaveOpen: true);
        zlib.Write(content);
    }

    public async Task TakeIntoAsync(Quarantine quarantine, CancellationToken cancellationToken)
    {
        var number = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(number, count);
        file.Position = CountOffset;
        await file.WriteAsync(number, cancellationToken);
        file.Position = 0;
#pragma warning disable CA5350 // It is git's.
        var hash = await SHA1.HashDataAsync(file, cancellationToken);
#pragma warning restore CA5350
        await file.WriteAsync(hash, cancellationToken);
        file.Position = 0;
        await GitProgram.RunAsync(
            GitProgram.Describe(quarantine.Folder, "index-pack", "--stdin"), (input, ct) => file.CopyToAsync(input, ct), null, cancellationToken);
    }

    public void Dispose() => file.Dispose();
}
