using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace RepoHost.Storage;

/// <summary>
/// Blobs as files: <c>{root}/ab/cd/{sha256}</c>. Bytes go to a temporary name in the same file system, are hashed on the way and flushed, and get
/// their name only if they are the ones promised; a stored file is never written again.
/// </summary>
internal sealed class DiskBlobStore : IBlobStore
{
    private const int HashLength = 64;
    private const int BufferSize = 128 * 1024;
    private static readonly SearchValues<char> HashCharacters = SearchValues.Create("0123456789abcdef");
    private static readonly TimeSpan UnfinishedLife = TimeSpan.FromDays(1);

    private readonly string root;
    private readonly string incoming;
    private readonly FileHandleCache handles;
    private readonly Lock naming = new();

    public DiskBlobStore(IOptions<StorageOptions> options, FileHandleCache handles, TimeProvider time)
    {
        root = options.Value.RootFolder;
        incoming = Path.Combine(root, ".incoming");
        this.handles = handles;
        DurableFolder.Create(incoming);
        // Younger ones may be another node's, on a shared volume.
        foreach (var file in new DirectoryInfo(incoming).EnumerateFiles())
        {
            if (time.GetUtcNow() - file.LastWriteTimeUtc > UnfinishedLife)
                file.Delete();
        }
    }

    /// <summary>
    /// 1 stream to a temporary file, hashing. 2 compare with what was promised. 3 flush the file, create its folder, rename. 4 flush the folder: a name given
    /// back before that could be gone after a power loss.
    /// </summary>
    public async ValueTask<BlobWriteResult> WriteAsync(Stream content, string? expectedSha256, long? expectedSize, CancellationToken cancellationToken)
    {
        if (expectedSha256 is not null)
            CheckName(expectedSha256);
        var unfinished = Path.Combine(incoming, Guid.NewGuid().ToString("N"));
        try
        {
            // 1
            using var file = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
            var (sha256, size) = await CopyAsync(content, file, expectedSize, cancellationToken);
            // 2
            if (expectedSize is { } promised && promised != size)
                return new BlobWriteResult(BlobWriteOutcome.WrongSize, sha256, size);
            if (expectedSha256 is not null && expectedSha256 != sha256)
                return new BlobWriteResult(BlobWriteOutcome.WrongHash, sha256, size);
            // 3
            RandomAccess.FlushToDisk(file);
            var path = PathOf(sha256);
            var folder = Path.GetDirectoryName(path)!;
            DurableFolder.Create(folder);
            var outcome = TryName(unfinished, path, size) ? BlobWriteOutcome.Stored : BlobWriteOutcome.AlreadyThere;
            // 4
            DurableFolder.Flush(folder);
            return new BlobWriteResult(outcome, sha256, size);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public ValueTask<BlobLease?> TryOpenAsync(string sha256, CancellationToken cancellationToken) => ValueTask.FromResult(handles.TryOpen(PathOf(sha256)));

    public ValueTask<long?> LengthAsync(string sha256, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(sha256));
        return ValueTask.FromResult(file.Exists ? file.Length : (long?)null);
    }

    public ValueTask<bool> DeleteAsync(string sha256, CancellationToken cancellationToken)
    {
        var path = PathOf(sha256);
        var existed = File.Exists(path);
        if (existed)
            File.Delete(path);
        // Afterwards: a reader in between would have put the handle back.
        handles.Forget(path);
        return ValueTask.FromResult(existed);
    }

    private static void CheckName(string sha256)
    {
        if (sha256.Length != HashLength || sha256.AsSpan().ContainsAnyExcept(HashCharacters))
            throw new ArgumentException("The name of a blob has 64 lower-case hex digits.", nameof(sha256));
    }

    private string PathOf(string sha256)
    {
        CheckName(sha256);
        return Path.Combine(root, sha256[..2], sha256[2..4], sha256);
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

    private static async Task<(string Sha256, long Size)> CopyAsync(
        Stream content, SafeFileHandle file, long? expectedSize, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long size = 0;
            for (int count; (count = await content.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken)) > 0; size += count)
            {
                // Whoever sends more than announced is not read to the end: the disk is finite, a stream need not be.
                if (size + count > expectedSize)
                {
                    size += count;
                    break;
                }

                hash.AppendData(buffer, 0, count);
                await RandomAccess.WriteAsync(file, buffer.AsMemory(0, count), size, cancellationToken);
            }

            return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
