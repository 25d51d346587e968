using System.IO.Compression;
using System.Text;

namespace RepoHost.Git;

/// <summary>
/// Reads a blob as a stream straight from the files of a repository, since libgit2 inflates blobs whole (forty reads of 200 MB took 8.2 GiB): loose
/// objects, and pack entries that are not deltas. Whatever else there is (deltas, old pack indexes, alternates) is left to <c>git cat-file</c>.
/// </summary>
internal static class StoredObjects
{
    private const int BufferSize = 64 * 1024;
    private const int BlobType = 3;

    public static BlobContent? TryOpenBlob(string folder, GitOid oid) => TryOpenLoose(folder, oid) ?? TryOpenPacked(folder, oid);

    /// <summary>At most <paramref name="most"/> objects of any type whose id begins with these hex digits (two at least).</summary>
    public static IReadOnlyCollection<GitOid> BeginningWith(string folder, string hexPrefix, int most)
    {
        var found = new HashSet<GitOid>();
        var loose = Path.Combine(folder, "objects", hexPrefix[..2]);
        if (Directory.Exists(loose))
        {
            foreach (var path in Directory.EnumerateFiles(loose, hexPrefix[2..] + "*"))
            {
                if (GitOid.TryParse(hexPrefix[..2] + Path.GetFileName(path), out var oid) && found.Add(oid) && found.Count >= most)
                    return found;
            }
        }

        foreach (var path in PackIndexes(folder))
        {
            using var index = PackIndex.TryOpen(path);
            foreach (var oid in index?.BeginningWith(hexPrefix) ?? [])
            {
                if (found.Add(oid) && found.Count >= most)
                    return found;
            }
        }

        return found;
    }

    private static string[] PackIndexes(string folder)
    {
        var packs = Path.Combine(folder, "objects", "pack");
        return Directory.Exists(packs) ? Directory.GetFiles(packs, "*.idx") : [];
    }

    private static BlobContent? TryOpenLoose(string folder, GitOid oid)
    {
        var hex = oid.ToString();
        if (TryOpenFile(Path.Combine(folder, "objects", hex[..2], hex[2..])) is not { } file)
            return null;
        return OwningOnSuccess(file, () =>
        {
            var content = new ZLibStream(file, CompressionMode.Decompress);
            return ReadLooseHeader(content) is { } size ? new BlobContent(new ExactLengthStream(content, size), size) : null;
        });
    }

    private static BlobContent? TryOpenPacked(string folder, GitOid oid)
    {
        foreach (var path in PackIndexes(folder))
        {
            using var index = PackIndex.TryOpen(path);
            if (index?.OffsetOf(oid) is not { } offset || TryOpenFile(Path.ChangeExtension(path, ".pack")) is not { } pack)
                continue;
            var blob = OwningOnSuccess(pack, () =>
            {
                pack.Position = offset;
                var (type, size) = ReadEntryHeader(pack);
                return type == BlobType ? new BlobContent(new ExactLengthStream(new ZLibStream(pack, CompressionMode.Decompress), size), size) : null;
            });
            if (blob is not null)
                return blob;
        }

        return null;
    }

    private static FileStream? TryOpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static BlobContent? OwningOnSuccess(FileStream file, Func<BlobContent?> open)
    {
        BlobContent? blob = null;
        try
        {
            return blob = open();
        }
        finally
        {
            if (blob is null)
                file.Dispose();
        }
    }

    // "blob 1234\0", the only part of a loose object that comes before the content.
    private static long? ReadLooseHeader(Stream content)
    {
        Span<byte> header = stackalloc byte[32];
        for (var at = 0; at < header.Length; at++)
        {
            var next = content.ReadByte();
            if (next < 0)
                break;
            if (next == 0)
            {
                var words = Encoding.ASCII.GetString(header[..at]).Split(' ');
                return words is ["blob", var size] && long.TryParse(size, out var length) ? length : null;
            }

            header[at] = (byte)next;
        }

        throw new InvalidDataException("A loose object has no readable header.");
    }

    // gitformat-pack: 1 bit "more", 3 bits type, 4 bits size; then 7 bits of size per byte, low ones first.
    private static (int Type, long Size) ReadEntryHeader(Stream pack)
    {
        var next = pack.ReadByte();
        var type = (next >> 4) & 7;
        long size = next & 15;
        for (var shift = 4; (next & 0x80) != 0 && shift < 63; shift += 7)
        {
            next = pack.ReadByte();
            if (next < 0)
                throw new InvalidDataException("A pack ends inside an entry.");
            size |= (long)(next & 0x7f) << shift;
        }

        return (type, size);
    }
}
