using GateMiddleware.Decisions;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>
/// Tells every cache that a standing has changed. Call it after the commit and await it before the answer: an answered revocation is in force (design 5).
/// It takes no cancellation: the change is saved, so it is told even if the one who made it has left.
/// </summary>
internal sealed class DecisionChanges(ChangeStamps stamps, Gatekeeper gatekeeper) : IStandingChanges
{
    /// <summary>What else has changed is not known here, so it may have taken access away.</summary>
    public Task PublishAsync(string? repositoryId, string? userId, long version) => PublishAsync(new(repositoryId, userId, version, TakesAccessAway: true));

    public async Task PublishAsync(StandingChange change)
    {
        // This machine's processes first: the stamp is one memory write.
        if (change.PersonId is { } person)
            stamps.BumpUser(person);
        if (change.RepositoryId is { } repository)
            stamps.BumpRepository(repository);

        await gatekeeper.AnnounceAsync(change, CancellationToken.None);
    }
}
