using RepoHost.Accounts;

namespace RepoHost.Hub;

/// <summary>Lists with the files of each repository (<c>full=true</c>) read one after the other: they open repositories, and plain lists must not wait for that.</summary>
internal sealed class FileListTurns : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim turns = new(1);

    /// <summary>Dispose what is returned when the list is there. Throws <see cref="ListsBusyException"/> after five seconds.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        if (!await turns.WaitAsync(Patience, cancellationToken))
            throw new ListsBusyException();
        return new Turn(turns);
    }

    public void Dispose() => turns.Dispose();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        private SemaphoreSlim? held = turns;

        public void Dispose() => Interlocked.Exchange(ref held, null)?.Release();
    }
}
