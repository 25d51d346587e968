using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace RepoHost.Storage;

/// <summary>
/// Blobs that arrive in parts: <c>.uploads/{id}/content</c>, each part at its place, and beside it one small file per part that is there, written after the
/// part was flushed. The file itself becomes the blob: nothing is copied.
/// </summary>
internal sealed class PartialBlobs(IOptions<StorageOptions> options, IBlobStore blobs, TimeProvider time)
{
    private const int TagLength = 64;

    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private readonly string _root = Path.Combine(options.Value.RootFolder, ".uploads");

    /// <summary>
    /// Writes one part, again if it was there.
    ///  1 nobody takes the file for complete meanwhile
    ///  2 the part counts as missing until all of it is there
    ///  3 its bytes go to their place, and to the disk
    ///  4 it counts as there
    /// </summary>
    /// <returns>The SHA-256 of the part; null when the parts are being put together just now, or fewer bytes came than promised.</returns>
    public async Task<string?> WriteAsync(string id, int number, long offset, long length, Stream content, CancellationToken cancellationToken)
    {
        var folder = FolderOf(id);
        DurableFolder.Create(_root);
        // 1
        using var held = TryLock(id, FileAccess.Read, FileShare.Read);
        if (held is null)
            return null;

        // 2
        DurableFolder.Create(folder);
        var mark = MarkOf(folder, number);
        File.Delete(mark);

        // 3
        using (var file = File.OpenHandle(ContentOf(folder), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            var (sha256, size) = await HashedCopy.RunAsync(content, file, offset, length, cancellationToken);
            if (size != length)
                return null;
            RandomAccess.FlushToDisk(file);

            // 4
            await WriteMarkAsync(mark, sha256);
            DurableFolder.Flush(folder);
            return sha256;
        }
    }

    /// <summary>Makes the blob of its parts, if every one is there.</summary>
    /// <param name="tags">What each part's writer was told, in order.</param>
    public async Task<PartFinish> FinishAsync(string id, IReadOnlyList<string> tags, string sha256, long size, CancellationToken cancellationToken)
    {
        var folder = FolderOf(id);
        DurableFolder.Create(_root);
        using var held = TryLock(id, FileAccess.ReadWrite, FileShare.None);
        if (held is null)
            return new(PartFinishOutcome.Busy);
        if (tags.Count == 0)
            CreateEmpty(folder);
        if (await FirstMissingAsync(folder, tags) is { } missing)
            return new(PartFinishOutcome.PartMissing, missing);
        var result = await blobs.AdoptAsync(ContentOf(folder), sha256, size, cancellationToken);
        Remove(folder);
        return new(result.IsStored ? PartFinishOutcome.Stored : PartFinishOutcome.WrongContent);
    }

    /// <summary>Removes the parts of an upload; if one is being written just now, they stay until the sweep.</summary>
    public void Discard(string id)
    {
        var folder = FolderOf(id);
        if (!Directory.Exists(folder))
            return;
        using var held = TryLock(id, FileAccess.ReadWrite, FileShare.None);
        if (held is not null)
            Remove(folder);
    }

    /// <summary>Removes what nobody has added to for a day; the addresses to do so have ended long before.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(_root))
            return;
        foreach (var path in Directory.EnumerateFiles(_root, "*.lock"))
        {
            var id = Path.GetFileNameWithoutExtension(path);
            if (time.GetUtcNow() - LastTouched(path, FolderOf(id)) <= Life)
                continue;
            using var held = TryLock(id, FileAccess.ReadWrite, FileShare.None);
            if (held is null)
                continue;
            Remove(FolderOf(id));
            File.Delete(path);
        }
    }

    private static void CreateEmpty(string folder)
    {
        DurableFolder.Create(folder);
        File.OpenHandle(ContentOf(folder), FileMode.OpenOrCreate, FileAccess.Write).Dispose();
    }

    private static async Task<int?> FirstMissingAsync(string folder, IReadOnlyList<string> tags)
    {
        if (!File.Exists(ContentOf(folder)))
            return 1;
        for (var i = 0; i < tags.Count; i++)
        {
            var mark = MarkOf(folder, i + 1);
            if (!File.Exists(mark) || await File.ReadAllTextAsync(mark) is not { Length: TagLength } tag || tag != tags[i])
                return i + 1;
        }

        return null;
    }

    private static async Task WriteMarkAsync(string path, string tag)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        await RandomAccess.WriteAsync(file, System.Text.Encoding.ASCII.GetBytes(tag), 0, CancellationToken.None);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>
    /// Writers share it, whoever finishes has it alone: otherwise a late writer could change bytes that were hashed already. It is flock(2), so it holds over
    /// processes and ends with its holder; the file outlives the folder, or two could each hold a lock of their own.
    /// </summary>
    private SafeFileHandle? TryLock(string id, FileAccess access, FileShare share)
    {
        try
        {
            return File.OpenHandle(Path.Combine(_root, id + ".lock"), FileMode.OpenOrCreate, access, share);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }

    private static DateTime LastTouched(string lockFile, string folder)
    {
        var last = File.GetLastWriteTimeUtc(lockFile);
        foreach (var path in (string[])[folder, ContentOf(folder)])
        {
            // What does not exist says 1601.
            if (File.GetLastWriteTimeUtc(path) is var touched && touched > last)
                last = touched;
        }

        return last;
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private string FolderOf(string id) =>
        id.Length > 0 && id.All(char.IsAsciiHexDigitLower) ? Path.Combine(_root, id) : throw new ArgumentException("The id of an upload is hex.", nameof(id));

    private static string ContentOf(string folder) => Path.Combine(folder, "content");

    private static string MarkOf(string folder, int number) => Path.Combine(folder, number.ToString("D5", System.Globalization.CultureInfo.InvariantCulture));
}
