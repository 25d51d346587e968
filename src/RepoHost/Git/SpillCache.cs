using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RepoHost.Git;

/// <summary>
/// Large blobs as plain files, so that ranges and repeated reads cost what a file costs: <c>{spill}/{first two hex of repository}/{repository}/{blob
/// id}</c>. A blob is written once, checked against its id, and renamed into place. Files belong to one repository, because SHA-1 alone is no proof
/// that two repositories hold the same bytes.
/// </summary>
internal sealed class SpillCache(string root, long budget, TimeProvider time) : IDisposable
{
    private const string PartialMark = ".part-";
    private static readonly TimeSpan PartialLife = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task>> underWay = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim spooling = new(Math.Max(2, Environment.ProcessorCount));
    private readonly CancellationTokenSource closing = new();
    private readonly Lock evicting = new();
    private readonly Lock starting = new();
    private long bytes;
    private volatile bool started;

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>The handle is the caller's to dispose; it stays readable when the file is evicted.</summary>
    public async Task<SafeFileHandle> OpenAsync(
        string repositoryId, GitOid oid, long size, Func<CancellationToken, Task<BlobContent>> read, CancellationToken cancellationToken)
    {
        TakeStock();
        var path = Path.Combine(FolderOf(repositoryId), oid.ToString());
        while (true)
        {
            if (TryOpen(path, size) is { } file)
                return file;
            var spool = underWay.GetOrAdd(path, _ => new Lazy<Task>(() => SpoolAsync(path, oid, size, read)));
            // Whoever waits may leave; the copy goes on for the others and for the next one.
            await spool.Value.WaitAsync(cancellationToken);
        }
    }

    public void Forget(string repositoryId)
    {
        var folder = FolderOf(repositoryId);
        foreach (var path in kept.Keys.Where(path => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            Drop(path);
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private string FolderOf(string repositoryId) => Path.Combine(root, repositoryId[..2], repositoryId);

    private SafeFileHandle? TryOpen(string path, long size)
    {
        try
        {
            var file = File.OpenHandle(path, options: FileOptions.RandomAccess);
            if (RandomAccess.GetLength(file) == size)
            {
                if (kept.TryGetValue(path, out var entry))
                    entry.LastUsed = time.GetTimestamp();
                else
                    Keep(path, size);
                return file;
            }

            file.Dispose();
            Drop(path);
            File.Delete(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Drop(path);
        }

        return null;
    }

    private async Task SpoolAsync(string path, GitOid oid, long size, Func<CancellationToken, Task<BlobContent>> read)
    {
        var stop = closing.Token;
        var partial = path + PartialMark + Guid.NewGuid().ToString("N");
        await Task.Yield();
        try
        {
            await spooling.WaitAsync(stop);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using (var content = await read(stop))
                    await WriteCheckedAsync(partial, oid, size, content, stop);
                File.Move(partial, path, overwrite: true);
                Keep(path, size);
            }
            finally
            {
                spooling.Release();
                DeleteIfThere(partial);
            }
        }
        finally
        {
            underWay.TryRemove(path, out _);
        }
    }

    private static void DeleteIfThere(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // The repository was deleted meanwhile.
        }
    }

    private static async Task WriteCheckedAsync(string partial, GitOid oid, long size, BlobContent content, CancellationToken cancellationToken)
    {
        if (content.Size != size)
            throw new InvalidDataException($"The blob {oid} has another size than its header says.");
        // Git's name for the bytes is SHA-1; nothing here is trusted because of it beyond "these are the bytes that Git means".
#pragma warning disable CA5350
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        using var file = File.OpenHandle(partial, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.Asynchronous, size);
        var buffer = new byte[128 * 1024];
        long at = 0;
        for (int count; (count = await content.Stream.ReadAsync(buffer, cancellationToken)) > 0; at += count)
        {
            hash.AppendData(buffer, 0, count);
            await RandomAccess.WriteAsync(file, buffer.AsMemory(0, count), at, cancellationToken);
        }

        if (GitOid.FromBytes(hash.GetHashAndReset()) != oid)
            throw new InvalidDataException($"The bytes of the blob {oid} are not the ones it was named for.");
        // Without this a power loss could leave a file of the right length and name, full of zeros.
        RandomAccess.FlushToDisk(file);
    }

    private void Keep(string path, long size)
    {
        if (!kept.TryAdd(path, new Kept(size, time.GetTimestamp())))
            return;
        if (Interlocked.Add(ref bytes, size) > budget)
            Evict(path);
    }

    private void Drop(string path)
    {
        if (kept.TryRemove(path, out var entry))
            Interlocked.Add(ref bytes, -entry.Size);
    }

    // The newest file stays even when it is larger than the budget: somebody is about to open it.
    private void Evict(string newest)
    {
        lock (evicting)
        {
            foreach (var (path, _) in kept.ToArray().OrderBy(pair => pair.Value.LastUsed))
            {
                if (Bytes <= budget)
                    return;
                if (path == newest)
                    continue;
                Drop(path);
                DeleteIfThere(path);
            }
        }
    }

    /// <summary>Once: what an earlier run left is used again, oldest first to go; what it left half-written is removed.</summary>
    private void TakeStock()
    {
        if (started)
            return;
        lock (starting)
        {
            if (started)
                return;
            Directory.CreateDirectory(root);
            foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.LastWriteTimeUtc))
            {
                if (!file.Name.Contains(PartialMark, StringComparison.Ordinal))
                    Keep(file.FullName, file.Length);
                else if (time.GetUtcNow() - file.LastWriteTimeUtc > PartialLife)
                    file.Delete();
            }

            started = true;
        }
    }

    private sealed class Kept(long size, long lastUsed)
    {
        public long Size { get; } = size;
        public long LastUsed { get; set; } = lastUsed;
    }
}
