using GateMiddleware.ModelCards;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>
/// Reads cards, large ones in turn. Two megabytes of front matter take up to a second of a processor and some 250 MB for as long: read as requests come, a few such cards
/// would leave nothing for anybody else.
/// </summary>
internal static class CardWork
{
    /// <summary>A README.md of up to so many bytes is read at once; it takes some tens of milliseconds at most.</summary>
    private const int Little = 256 * 1024;

    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>As <see cref="ModelCardReader.Read"/>. A large card waits for its turn, and is read at a low priority.</summary>
    /// <exception cref="OperationCanceledException">The request ended while it waited.</exception>
    public static async ValueTask<ModelCard> ReadAsync(ReadOnlyMemory<byte> readme, CancellationToken cancellationToken)
    {
        if (readme.Length <= Little)
            return ModelCardReader.Read(readme);
        await Turns.WaitAsync(cancellationToken);
        try
        {
            return await Task.Factory.StartNew(
                () => ModelCardReader.Read(readme), cancellationToken, TaskCreationOptions.DenyChildAttach, LowPriorityScheduler.Instance);
        }
        finally
        {
            Turns.Release();
        }
    }
}
