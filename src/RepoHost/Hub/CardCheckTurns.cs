using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>Bounds how many cards are checked at once: anybody may ask, so it must not become the server's main work, nor one caller's alone.</summary>
internal sealed class CardCheckTurns(TimeProvider time)
{
    public const int AtOnce = 4;

    private readonly FairPlaces turns = new(new FairShares(AtOnce) { Patience = TimeSpan.FromSeconds(5) }, time);

    /// <returns>To be disposed when the card was checked. Null: it was not its turn in time.</returns>
    public ValueTask<IDisposable?> TryEnterAsync(string caller, CancellationToken cancellationToken) => turns.TryEnterAsync(caller, cancellationToken);
}
