namespace RepoHost.Git;

/// <summary>
/// Keeps a few <see cref="RawObjects"/> for a moment: whoever reads one odd object mostly reads the next, and a process for each of a hundred thousand would take minutes.
/// How many are in use at once is bounded by <see cref="HandlePool"/>, inside which this is used.
/// </summary>
internal sealed class RawObjectsPool(TimeProvider time) : IDisposable
{
    private const int MostIdle = 8;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly List<Idle> oldestFirst = [];
    private ITimer? sweep;
    private long forgotten;
    private bool disposed;

    public T Use<T>(string folder, Func<RawObjects, T> read)
    {
        var (objects, generation) = Rent(folder);
        var whole = false;
        try
        {
            var result = read(objects);
            whole = true;
            return result;
        }
        finally
        {
            // Of one that broke off nobody knows what it would answer next.
            if (!whole || !TryKeep(new(folder, objects, time.GetTimestamp()), generation))
                objects.Dispose();
        }
    }

    public void Forget(string folder) => Close(idle => idle.Folder == folder, forget: true);

    public void Dispose()
    {
        lock (gate)
            disposed = true;
        Close(_ => true, forget: true);
        sweep?.Dispose();
    }

    private (RawObjects Objects, long Generation) Rent(string folder)
    {
        lock (gate)
        {
            var generation = forgotten;
            if (oldestFirst.FindLastIndex(idle => idle.Folder == folder) is >= 0 and var at)
            {
                var found = oldestFirst[at].Objects;
                oldestFirst.RemoveAt(at);
                return (found, generation);
            }
        }

        var before = Volatile.Read(ref forgotten);
        return (new RawObjects(folder), before);
    }

    private bool TryKeep(Idle idle, long generation)
    {
        lock (gate)
        {
            if (disposed || generation != forgotten || oldestFirst.Count >= MostIdle)
                return false;
            oldestFirst.Add(idle);
            sweep ??= time.CreateTimer(_ => Close(other => time.GetElapsedTime(other.Since) >= IdleTime, forget: false), null, IdleTime, IdleTime);
            return true;
        }
    }

    private void Close(Predicate<Idle> which, bool forget)
    {
        List<Idle> closing;
        lock (gate)
        {
            forgotten += forget ? 1 : 0;
            closing = oldestFirst.FindAll(which);
            oldestFirst.RemoveAll(which);
        }

        closing.ForEach(idle => idle.Objects.Dispose());
    }

    private sealed record Idle(string Folder, RawObjects Objects, long Since);
}
