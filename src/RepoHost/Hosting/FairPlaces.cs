namespace RepoHost.Hosting;

/// <summary>
/// A bounded number of places for work that is scarce, shared fairly between callers. A caller gets at most its share, some places are kept for callers who hold none,
/// and waiting is bounded: one queue per caller, served in turn, callers without a place first. Safe for concurrent use.
/// </summary>
internal sealed class FairPlaces(FairShares shares, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Caller> callers = new(StringComparer.Ordinal);

    /// <summary>Callers with requests that wait; whoever is served goes to the end.</summary>
    private readonly LinkedList<Caller> line = [];
    private int taken;
    private int waiting;

    /// <summary>Places that are taken, and requests that wait.</summary>
    public (int Taken, int Waiting) Count
    {
        get
        {
            lock (gate)
                return (taken, waiting);
        }
    }

    /// <summary>Callers that are remembered; one without a place and without a waiting request is forgotten.</summary>
    public int Callers
    {
        get
        {
            lock (gate)
                return callers.Count;
        }
    }

    /// <summary>Takes a place if one is there at once.</summary>
    public IDisposable? TryEnter(string caller)
    {
        lock (gate)
        {
            var own = callers.GetValueOrDefault(caller) ?? new Caller(caller);
            // Nobody who waits could take a place that is free, so whoever can take one overtakes nobody but their own requests.
            return own.Waiters.Count == 0 && MayTake(own) ? Take(own) : null;
        }
    }

    /// <summary>Waits for a place. Dispose it to give it back.</summary>
    /// <param name="caller">Who counts as one: a person's id, or a network where nobody is known.</param>
    /// <returns>Null: too many wait already, or none became free in time.</returns>
    /// <exception cref="OperationCanceledException">The request ended while it waited.</exception>
    public async ValueTask<IDisposable?> TryEnterAsync(string caller, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (gate)
        {
            if (TryEnter(caller) is { } free)
                return free;
            var own = callers.GetValueOrDefault(caller) ?? new Caller(caller);
            if (shares.Patience <= TimeSpan.Zero || waiting >= shares.Waiting || own.Waiters.Count >= shares.WaitingPerCaller)
                return null;
            waiter = Enqueue(own);
        }

        using var patience = new CancellationTokenSource(shares.Patience, time);
        await using var late = patience.Token.Register(() => GiveUp(waiter));
        await using var left = cancellationToken.Register(() => GiveUp(waiter));
        // A place that was given in the last moment is handed over even so, and the caller gives it back.
        if (await waiter.Turn.Task is { } place)
            return place;
        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Whether somebody else waits who could have this caller's place. Those who are held up by their own share alone do not count.</summary>
    public bool OthersWait(string caller)
    {
        lock (gate)
            return line.Any(other => other.Key != caller && other.Held < shares.PerCaller);
    }

    private bool MayTake(Caller caller) =>
        taken < shares.Total && (caller.Held == 0 || (caller.Held < shares.PerCaller && shares.Total - taken > shares.ForNewcomers));

    private Place Take(Caller caller)
    {
        callers[caller.Key] = caller;
        caller.Held++;
        taken++;
        return new Place(this, caller);
    }

    private Waiter Enqueue(Caller caller)
    {
        callers[caller.Key] = caller;
        if (caller.Waiters.Count == 0)
            line.AddLast(caller);
        waiting++;
        var waiter = new Waiter(caller);
        caller.Waiters.AddLast(waiter);
        return waiter;
    }

    private void GiveUp(Waiter waiter)
    {
        lock (gate)
        {
            if (!waiter.Caller.Waiters.Remove(waiter))
                return;
            waiting--;
            Tidy(waiter.Caller);
        }

        waiter.Turn.TrySetResult(null);
    }

    private void Leave(Caller caller)
    {
        lock (gate)
        {
            caller.Held--;
            taken--;
            while (Next() is { } next)
                Serve(next);
            Tidy(caller);
        }
    }

    private Caller? Next() => taken >= shares.Total ? null : line.FirstOrDefault(caller => caller.Held == 0) ?? line.FirstOrDefault(MayTake);

    private void Serve(Caller caller)
    {
        var waiter = caller.Waiters.First!.Value;
        caller.Waiters.RemoveFirst();
        waiting--;
        line.Remove(caller);
        if (caller.Waiters.Count > 0)
            line.AddLast(caller);
        waiter.Turn.SetResult(Take(caller));
    }

    private void Tidy(Caller caller)
    {
        if (caller.Waiters.Count > 0)
            return;
        line.Remove(caller);
        if (caller.Held == 0)
            callers.Remove(caller.Key);
    }

    private sealed class Caller(string key)
    {
        public string Key { get; } = key;
        public int Held { get; set; }
        public LinkedList<Waiter> Waiters { get; } = [];
    }

    private sealed class Waiter(Caller caller)
    {
        public Caller Caller { get; } = caller;
        public TaskCompletionSource<IDisposable?> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Disposing it again gives nothing back.</summary>
    private sealed class Place(FairPlaces places, Caller caller) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                places.Leave(caller);
        }
    }
}
