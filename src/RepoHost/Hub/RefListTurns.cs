using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>Bounds how many long lists of refs are made at once, and gives one caller one of them: each is tens of milliseconds of a processor.</summary>
internal sealed class RefListTurns(TimeProvider time)
{
    public const int AtOnce = 2;

    private readonly FairPlaces turns = new(new FairShares(AtOnce) { Patience = TimeSpan.FromSeconds(5) }, time);

    /// <param name="caller">Who counts as one: a person's id, or a network where nobody is known.</param>
    /// <returns>To be disposed when the list is made. Null: it was not its turn in time.</returns>
    public ValueTask<IDisposable?> TryEnterAsync(string caller, CancellationToken cancellationToken) => turns.TryEnterAsync(caller, cancellationToken);
}
