using Microsoft.Extensions.Options;

namespace RepoHost.Git;

internal enum GitSessionKind
{
    Fetch,

    /// <summary>A push or a commit. Apart from fetches, so that those who read can't keep those who write from it, nor the other way round.</summary>
    Write,
}

/// <summary>Bounds how many git processes run at once, for how long, and how many of them for one caller: each costs memory and processor time that others need.</summary>
internal sealed class GitSessions : IDisposable
{
    private readonly TimeProvider time;
    private readonly TimeSpan patience;
    private readonly TimeSpan longest;
    private readonly int perCaller;
    private readonly SemaphoreSlim[] free;
    private readonly Dictionary<(GitSessionKind Kind, string Caller), Place> places = [];
    private readonly Lock gate = new();

    public GitSessions(IOptions<GitHttpOptions> options, TimeProvider time)
    {
        this.time = time;
        var count = options.Value.Sessions > 0 ? options.Value.Sessions : Math.Max(8, 4 * Environment.ProcessorCount);
        patience = TimeSpan.FromSeconds(options.Value.QueueSeconds);
        longest = TimeSpan.FromMinutes(options.Value.SessionMinutes);
        perCaller = Math.Max(1, count / 2);
        free = [new SemaphoreSlim(count), new SemaphoreSlim(count)];
    }

    /// <summary>Runs the work when its turn has come. The token given to it also ends when the time is up.</summary>
    /// <param name="caller">A person's id, or an address where nobody is known.</param>
    /// <exception cref="TimeoutException">The time was up.</exception>
    /// <returns>False: it was not its turn in time, and nothing was done.</returns>
    public async Task<bool> TryRunAsync(GitSessionKind kind, string caller, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var place = Enter((kind, caller));
        try
        {
            // The caller's own line first: whoever waits there takes nothing from others.
            if (!await place.Free.WaitAsync(patience, cancellationToken))
                return false;
            try
            {
                return await TryRunAsync(free[(int)kind], work, cancellationToken);
            }
            finally
            {
                place.Free.Release();
            }
        }
        finally
        {
            Leave((kind, caller), place);
        }
    }

    public void Dispose() => Array.ForEach(free, semaphore => semaphore.Dispose());

    private async Task<bool> TryRunAsync(SemaphoreSlim all, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (!await all.WaitAsync(patience, cancellationToken))
            return false;
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await work(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The transfer took longer than this server allows (GitHttp:SessionMinutes). Send it in smaller parts.");
        }
        finally
        {
            all.Release();
        }
    }

    private Place Enter((GitSessionKind Kind, string Caller) key)
    {
        lock (gate)
        {
            if (!places.TryGetValue(key, out var place))
                places[key] = place = new Place(new SemaphoreSlim(perCaller));
            place.Users++;
            return place;
        }
    }

    private void Leave((GitSessionKind Kind, string Caller) key, Place place)
    {
        lock (gate)
        {
            if (--place.Users > 0)
                return;
            places.Remove(key);
        }

        place.Free.Dispose();
    }

    private sealed class Place(SemaphoreSlim free)
    {
        public SemaphoreSlim Free { get; } = free;
        public int Users { get; set; }
    }
}
