using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace RepoHost.Storage;

/// <summary>
/// Open read handles of files that never change, kept for the next reader, since opening and closing costs more than reading a small range. One that
/// is evicted or forgotten while leased stays readable, and is closed with its last lease.
/// </summary>
internal sealed class FileHandleCache(int capacity) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> byPath = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> oldestFirst = [];
    private long forgotten;

    public int Count
    {
        get
        {
            lock (gate)
                return byPath.Count;
        }
    }

    /// <summary>Null if there is no such file.</summary>
    public BlobLease? TryOpen(string path)
    {
        long generation;
        lock (gate)
        {
            if (byPath.TryGetValue(path, out var known))
                return Lease(known);
            generation = forgotten;
        }

        if (TryOpenFile(path) is not { } file)
            return null;
        Entry? closing = null;
        try
        {
            var entry = new Entry(this, path, file, RandomAccess.GetLength(file));
            lock (gate)
            {
                if (byPath.TryGetValue(path, out var known))
                {
                    // Another reader was faster; ours was never leased.
                    closing = entry;
                    return Lease(known);
                }

                if (generation != forgotten)
                {
                    // Some file was deleted since ours was opened. It may have been this one, so it is not kept.
                    entry.Retired = true;
                    entry.Leases = 1;
                    return new BlobLease(entry.File, entry.Length, entry.Release);
                }

                if (byPath.Count >= capacity)
                    closing = Retire(oldestFirst.First!);
                return Lease(byPath[path] = oldestFirst.AddLast(entry));
            }
        }
        finally
        {
            closing?.File.Dispose();
        }
    }

    /// <summary>To be called when the file has been deleted or replaced.</summary>
    public void Forget(string path)
    {
        Entry? closing = null;
        lock (gate)
        {
            forgotten++;
            if (byPath.TryGetValue(path, out var node))
                closing = Retire(node);
        }

        closing?.File.Dispose();
    }

    public void Dispose()
    {
        lock (gate)
        {
            while (oldestFirst.First is { } node)
                Retire(node)?.File.Dispose();
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The entry owns the handle; the lease gives it back.")]
    private BlobLease Lease(LinkedListNode<Entry> node)
    {
        oldestFirst.Remove(node);
        oldestFirst.AddLast(node);
        node.Value.Leases++;
        return new BlobLease(node.Value.File, node.Value.Length, node.Value.Release);
    }

    // The entry, if nobody reads it any more and it is to be closed now.
    private Entry? Retire(LinkedListNode<Entry> node)
    {
        oldestFirst.Remove(node);
        byPath.Remove(node.Value.Path);
        node.Value.Retired = true;
        return node.Value.Leases == 0 ? node.Value : null;
    }

    private void GiveBack(Entry entry)
    {
        lock (gate)
        {
            if (--entry.Leases > 0 || !entry.Retired)
                return;
        }

        entry.File.Dispose();
    }

    private static SafeFileHandle? TryOpenFile(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private sealed class Entry
    {
        public readonly string Path;
        public readonly SafeFileHandle File;
        public readonly long Length;
        public readonly Action Release;
        public int Leases;
        public bool Retired;

        public Entry(FileHandleCache owner, string path, SafeFileHandle file, long length)
        {
            (Path, File, Length) = (path, file, length);
            Release = () => owner.GiveBack(this);
        }
    }
}
