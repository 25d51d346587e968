using Microsoft.Extensions.Options;

namespace RepoHost.Accounts;

/// <summary>
/// Few lists at once. SQLite has no asynchronous I/O, so each list that is being put together holds a thread and a core: without turns, whoever asks for enough of
/// them holds all, and downloads wait. Those who wait here hold neither.
/// </summary>
internal sealed class ListTurns : IDisposable
{
    private const int MostWaiting = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim turns;
    private int waiting;

    public ListTurns(IOptions<ListOptions> options)
    {
        AtOnce = options.Value.AtOnce is > 0 and var asked ? asked : Math.Max(1, Environment.ProcessorCount - 1);
        turns = new(AtOnce);
    }

    public int AtOnce { get; }

    /// <summary>Dispose what is returned when the list is there. Not to be nested. Throws <see cref="ListsBusyException"/> after two seconds, or at once when many wait.</summary>
    public async ValueTask<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        // Wait(0) first: whoever is let in at once is not counted among those who wait.
        if (turns.Wait(TimeSpan.Zero, CancellationToken.None))
            return new Turn(turns);
        try
        {
            if (Interlocked.Increment(ref waiting) > MostWaiting || !await turns.WaitAsync(Patience, cancellationToken))
                throw new ListsBusyException();
            return new Turn(turns);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public void Dispose() => turns.Dispose();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        private SemaphoreSlim? held = turns;

        public void Dispose() => Interlocked.Exchange(ref held, null)?.Release();
    }
}
