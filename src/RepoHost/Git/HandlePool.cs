using LibGit2Sharp;

namespace RepoHost.Git;

/// <summary>
/// Open libgit2 handles for reuse: opening costs 70-95 us, and a handle may be used by one thread at a time. Kept ones are bounded over all
/// repositories (the one unused longest goes first) and closed after some idle minutes; those in use at once are bounded too, since the work is
/// processor and disk.
/// </summary>
internal sealed class HandlePool : IDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(5);

    private readonly int capacity;
    private readonly TimeProvider time;
    private readonly RawObjectsPool raw;
    private readonly SemaphoreSlim inUse;
    private readonly ITimer sweep;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Stack<LinkedListNode<Idle>>> byFolder = new(StringComparer.Ordinal);
    private readonly LinkedList<Idle> oldestFirst = [];
    private long forgotten;
    private bool disposed;

    static HandlePool()
    {
        // The server opens only its own data directory, which a shared volume or a container may show under another owner.
        GlobalSettings.SetOwnerValidation(false);
        // Trees and commits have a budget of their own in BoundedCache; libgit2 would keep up to 256 MB more beside it.
        GlobalSettings.SetEnableCaching(false);
        foreach (var level in (ReadOnlySpan<ConfigurationLevel>)[ConfigurationLevel.Global, ConfigurationLevel.Xdg, ConfigurationLevel.System])
            GlobalSettings.SetConfigSearchPaths(level, Path.DirectorySeparatorChar + "nonexistent");
    }

    public HandlePool(int capacity, TimeProvider time)
    {
        this.capacity = capacity;
        this.time = time;
        var most = Math.Max(8, Environment.ProcessorCount * 4);
        raw = new RawObjectsPool(time);
        inUse = new SemaphoreSlim(most, most);
        sweep = time.CreateTimer(_ => CloseIdle(), null, IdleTime, IdleTime);
    }

    public int IdleCount
    {
        get
        {
            lock (gate)
                return oldestFirst.Count;
        }
    }

    /// <summary>Not to be nested: the inner use could wait for the outer one.</summary>
    public T Use<T>(string folder, Func<Repository, T> read)
    {
        inUse.Wait();
        Repository? handle = null;
        try
        {
            (handle, var generation) = Rent(folder);
            var result = read(handle);
            GiveBack(folder, handle, generation);
            handle = null;
            return result;
        }
        finally
        {
            // Still set only when something was thrown: such a handle is not worth trusting.
            handle?.Dispose();
            inUse.Release();
        }
    }

    /// <summary>Within <see cref="Use"/> only: its bound holds for the processes too.</summary>
    public T UseRaw<T>(string folder, Func<RawObjects, T> read) => raw.Use(folder, read);

    public void Forget(string folder)
    {
        raw.Forget(folder);
        var closing = new List<Repository>();
        lock (gate)
        {
            forgotten++;
            if (!byFolder.Remove(folder, out var stack))
                return;
            foreach (var node in stack)
            {
                oldestFirst.Remove(node);
                closing.Add(node.Value.Handle);
            }
        }

        closing.ForEach(handle => handle.Dispose());
    }

    public void Dispose()
    {
        sweep.Dispose();
        raw.Dispose();
        List<Repository> closing;
        lock (gate)
        {
            disposed = true;
            closing = [.. oldestFirst.Select(idle => idle.Handle)];
            oldestFirst.Clear();
            byFolder.Clear();
        }

        closing.ForEach(handle => handle.Dispose());
    }

    private (Repository Handle, long Generation) Rent(string folder)
    {
        long generation;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            generation = forgotten;
            if (byFolder.TryGetValue(folder, out var stack))
            {
                var node = stack.Pop();
                oldestFirst.Remove(node);
                if (stack.Count == 0)
                    byFolder.Remove(folder);
                return (node.Value.Handle, generation);
            }
        }

        return (new Repository(folder), generation);
    }

    private void GiveBack(string folder, Repository handle, long generation)
    {
        Repository? closing = null;
        lock (gate)
        {
            if (disposed || forgotten != generation)
            {
                closing = handle;
            }
            else
            {
                if (oldestFirst.Count >= capacity)
                    closing = TakeOldest();
                if (!byFolder.TryGetValue(folder, out var stack))
                    byFolder[folder] = stack = new();
                stack.Push(oldestFirst.AddLast(new Idle(folder, handle, time.GetTimestamp())));
            }
        }

        closing?.Dispose();
    }

    private void CloseIdle()
    {
        var closing = new List<Repository>();
        lock (gate)
        {
            while (oldestFirst.First is { } first && time.GetElapsedTime(first.Value.Since) >= IdleTime)
                closing.Add(TakeOldest());
        }

        closing.ForEach(handle => handle.Dispose());
    }

    private Repository TakeOldest()
    {
        var node = oldestFirst.First!;
        oldestFirst.RemoveFirst();
        var stack = byFolder[node.Value.Folder];
        var rest = stack.Where(other => other != node).Reverse().ToArray();
        if (rest.Length == 0)
            byFolder.Remove(node.Value.Folder);
        else
            byFolder[node.Value.Folder] = new(rest);
        return node.Value.Handle;
    }

    private sealed record Idle(string Folder, Repository Handle, long Since);
}
