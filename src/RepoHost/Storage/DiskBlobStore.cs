using System.Buffers;
using Microsoft.Extensions.Options;

namespace RepoHost.Storage;

/// <summary>
/// Blobs as files: <c>{root}/ab/cd/{sha256}</c>. Bytes go to a temporary name in the same file system, are hashed on the way and flushed, and get
/// their name only if they are the ones promised; a stored file is never written again.
/// </summary>
internal sealed class DiskBlobStore : IBlobStore
{
    private const int HashLength = 64;
    private static readonly SearchValues<char> HashCharacters = SearchValues.Create("0123456789abcdef");
    private static readonly TimeSpan UnfinishedLife = TimeSpan.FromDays(1);

    private readonly string root;
    private readonly string incoming;
    private readonly string removing;
    private readonly FileHandleCache handles;
    private readonly Lock naming = new();

    public DiskBlobStore(IOptions<StorageOptions> options, FileHandleCache handles, TimeProvider time)
    {
        root = options.Value.RootFolder;
        incoming = Path.Combine(root, ".incoming");
        removing = Path.Combine(root, ".removing");
        this.handles = handles;
        DurableFolder.Create(incoming);
        DurableFolder.Create(removing);
        // Younger ones may be another node's, on a shared volume.
        foreach (var file in new DirectoryInfo(incoming).EnumerateFiles())
        {
            if (time.GetUtcNow() - file.LastWriteTimeUtc > UnfinishedLife)
                file.Delete();
        }

        // A process died between setting these aside and knowing whether they are needed.
        foreach (var file in new DirectoryInfo(removing).EnumerateFiles())
        {
            if (file.Name.Split('.')[0] is var sha256 && IsName(sha256))
                TryBringBack(file.FullName, PathOf(sha256));
        }
    }

    /// <summary>1 stream to a temporary file, hashing. 2 compare with what was promised. 3 flush the file, then give it its name.</summary>
    public async ValueTask<BlobWriteResult> WriteAsync(Stream content, string? expectedSha256, long? expectedSize, CancellationToken cancellationToken)
    {
        if (expectedSha256 is not null)
            CheckName(expectedSha256);
        var unfinished = Path.Combine(incoming, Guid.NewGuid().ToString("N"));
        try
        {
            // 1
            using var file = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
            var (sha256, size) = await HashedCopy.RunAsync(content, file, 0, expectedSize, cancellationToken);
            // 2
            if (expectedSize is { } promised && promised != size)
                return new BlobWriteResult(BlobWriteOutcome.WrongSize, sha256, size);
            if (expectedSha256 is not null && expectedSha256 != sha256)
                return new BlobWriteResult(BlobWriteOutcome.WrongHash, sha256, size);
            // 3
            RandomAccess.FlushToDisk(file);
            return Keep(unfinished, sha256, size);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public async ValueTask<BlobWriteResult> AdoptAsync(string file, string expectedSha256, long expectedSize, CancellationToken cancellationToken)
    {
        CheckName(expectedSha256);
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var size = RandomAccess.GetLength(handle);
        var sha256 = await HashedCopy.OfFileAsync(handle, cancellationToken);
        if (size != expectedSize)
            return new BlobWriteResult(BlobWriteOutcome.WrongSize, sha256, size);
        if (sha256 != expectedSha256)
            return new BlobWriteResult(BlobWriteOutcome.WrongHash, sha256, size);
        RandomAccess.FlushToDisk(handle);
        return Keep(file, sha256, size);
    }

    public ValueTask<BlobLease?> TryOpenAsync(string sha256, CancellationToken cancellationToken) => ValueTask.FromResult(handles.TryOpen(PathOf(sha256)));

    public ValueTask<long?> LengthAsync(string sha256, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(sha256));
        return ValueTask.FromResult(file.Exists ? file.Length : (long?)null);
    }

    public async ValueTask<bool> DeleteUnlessAsync(string sha256, Func<CancellationToken, Task<bool>> isNeeded, CancellationToken cancellationToken)
    {
        var path = PathOf(sha256);
        // A name of its own: two who remove the same blob, with an upload in between, each hold one file and answer for that one only.
        var aside = Path.Combine(removing, $"{sha256}.{Guid.NewGuid():N}");
        if (!TryMove(path, aside))
            return false;
        var needed = true;
        try
        {
            needed = await isNeeded(cancellationToken);
        }
        finally
        {
            if (needed)
                BringBack(aside, path);
        }

        if (needed)
            return false;
        File.Delete(aside);
        // Afterwards: a reader in between would have put the handle back.
        handles.Forget(path);
        return true;
    }

    public IEnumerable<StoredBlob> List() =>
        from first in new DirectoryInfo(root).EnumerateDirectories("??")
        from second in first.EnumerateDirectories("??")
        from file in second.EnumerateFiles()
        where IsName(file.Name) && file.Exists
        select new StoredBlob(file.Name, file.Length, file.LastWriteTimeUtc);

    private static void CheckName(string sha256)
    {
        if (!IsName(sha256))
            throw new ArgumentException("The name of a blob has 64 lower-case hex digits.", nameof(sha256));
    }

    private static bool IsName(string name) => name.Length == HashLength && !name.AsSpan().ContainsAnyExcept(HashCharacters);

    private string PathOf(string sha256)
    {
        CheckName(sha256);
        return Path.Combine(root, sha256[..2], sha256[2..4], sha256);
    }

    /// <summary>The folder is flushed last: a name given back before that could be gone after a power loss.</summary>
    private BlobWriteResult Keep(string unfinished, string sha256, long size)
    {
        var path = PathOf(sha256);
        var folder = Path.GetDirectoryName(path)!;
        DurableFolder.Create(folder);
        var outcome = TryName(unfinished, path, size) ? BlobWriteOutcome.Stored : BlobWriteOutcome.AlreadyThere;
        DurableFolder.Flush(folder);
        return new BlobWriteResult(outcome, sha256, size);
    }

    private bool TryName(string unfinished, string path, long size)
    {
        // Asking and renaming are two calls, also within File.Move. Another process could come between them: it would put the same bytes there.
        lock (naming)
        {
            var existing = new FileInfo(path);
            if (existing.Exists && existing.Length == size)
                return false;
            // A file of this name but another length was damaged on disk; the bytes in hand are known to be right.
            File.Move(unfinished, path, overwrite: true);
            if (existing.Exists)
                handles.Forget(path);
            return true;
        }
    }

    /// <summary>The bytes are needed: if they are neither where they were put nor in their place, that is not passed over.</summary>
    private void BringBack(string aside, string path)
    {
        if (!TryBringBack(aside, path))
            throw new FileNotFoundException($"The blob {Path.GetFileName(path)} was set aside, is needed, and is gone.", aside);
    }

    private bool TryBringBack(string aside, string path)
    {
        lock (naming)
        {
            if (File.Exists(path))
                File.Delete(aside);
            else if (!TryMove(aside, path))
                return false;
        }

        DurableFolder.Flush(Path.GetDirectoryName(path)!);
        return true;
    }

    /// <summary>False when another process was faster.</summary>
    private static bool TryMove(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}
