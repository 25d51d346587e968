namespace RepoHost.Hub;

/// <summary>Bounds how many cards are checked at once: anybody may ask, so it must not become the server's main work.</summary>
internal sealed class CardCheckTurns : IDisposable
{
    public const int AtOnce = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim turns = new(AtOnce, AtOnce);

    /// <returns>False: it was not its turn in time.</returns>
    public Task<bool> TryEnterAsync(CancellationToken cancellationToken) => turns.WaitAsync(Patience, cancellationToken);

    public void Leave() => turns.Release();

    public void Dispose() => turns.Dispose();
}
