namespace RepoHost.Hub;

/// <summary>Bounds how many requests match many patterns at once: half of the processors are left to everybody else.</summary>
internal sealed class PatternTurns : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <returns>False: it was not its turn in time.</returns>
    public Task<bool> TryEnterAsync(CancellationToken cancellationToken) => turns.WaitAsync(Patience, cancellationToken);

    public void Leave() => turns.Release();

    public void Dispose() => turns.Dispose();
}
