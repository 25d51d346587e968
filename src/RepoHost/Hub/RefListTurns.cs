using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// Bounds how many long lists of refs are made at once, and gives one caller one of them: each is tens of milliseconds of a processor. Those that were made last are
/// kept while no ref changes.
/// </summary>
internal sealed class RefListTurns(TimeProvider time)
{
    public const int AtOnce = 2;

    private const long Budget = 32L << 20;

    private readonly FairPlaces turns = new(new FairShares(AtOnce) { Patience = TimeSpan.FromSeconds(5) }, time);

    private readonly BoundedCache<(string RepositoryId, bool PullRequests)> made = new(Budget);

    /// <summary>The list that was made of these very refs; null when there is none.</summary>
    /// <param name="pullRequests">With them.</param>
    public byte[]? Find(string repositoryId, bool pullRequests, RefSnapshot refs) =>
        made.TryGet<Made>((repositoryId, pullRequests), out var found) && ReferenceEquals(found.Refs, refs) ? found.Json : null;

    public void Keep(string repositoryId, bool pullRequests, RefSnapshot refs, byte[] json)
    {
        made.Remove((repositoryId, pullRequests));
        made.Add((repositoryId, pullRequests), new Made(refs, json), json.Length);
    }

    /// <param name="caller">Who counts as one: a person's id, or a network where nobody is known.</param>
    /// <returns>To be disposed when the list is made. Null: it was not its turn in time.</returns>
    public ValueTask<IDisposable?> TryEnterAsync(string caller, CancellationToken cancellationToken) => turns.TryEnterAsync(caller, cancellationToken);

    private sealed record Made(RefSnapshot Refs, byte[] Json);
}
