namespace RepoHost.Hosting;

/// <summary>
/// Watches how fast the other side of a transfer is, and says when it is too slow for a place that others wait for. Only time in which the transfer waited for the
/// other side counts; while nobody else waits, any pace is fast enough.
/// </summary>
internal sealed class TransferPace : IDisposable
{
    /// <summary>How often it looks: a transfer is too slow when it was slow in all of one such window.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private readonly TimeProvider time;
    private readonly long required;
    private readonly Func<bool> othersWait;
    private readonly TaskCompletionSource tooSlow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private TimeSpan waited;
    private long? waitingSince;
    private long moved;

    /// <param name="bytesPerSecond">The pace that is required while others wait.</param>
    /// <param name="othersWait">Whether somebody else waits for what this transfer holds.</param>
    public TransferPace(long bytesPerSecond, Func<bool> othersWait, TimeProvider time)
    {
        (this.othersWait, this.time) = (othersWait, time);
        required = (long)(bytesPerSecond * Window.TotalSeconds);
        timer = time.CreateTimer(_ => Look(), null, Window, Window);
    }

    /// <summary>Ends when the transfer has been too slow while others waited; never otherwise.</summary>
    public Task TooSlow => tooSlow.Task;

    /// <summary>From now on the transfer waits for the other side.</summary>
    public void BeginWait()
    {
        lock (gate)
            waitingSince = time.GetTimestamp();
    }

    /// <summary>The other side has taken or sent this many bytes.</summary>
    public void EndWait(int bytes)
    {
        lock (gate)
        {
            Settle();
            waitingSince = null;
            moved += bytes;
        }
    }

    public void Dispose() => timer.Dispose();

    private void Settle()
    {
        if (waitingSince is not { } since)
            return;
        var now = time.GetTimestamp();
        waited += time.GetElapsedTime(since, now);
        waitingSince = now;
    }

    private void Look()
    {
        bool slow;
        lock (gate)
        {
            Settle();
            slow = waited > Window / 2 && moved < required;
            (waited, moved) = (TimeSpan.Zero, 0);
        }

        if (slow && othersWait())
            tooSlow.TrySetResult();
    }
}
