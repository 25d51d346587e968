using GateMiddleware.Decisions;
using GateMiddleware.Rejection;
using RepoHost.Accounts;

namespace RepoHost.Gating;

/// <summary>Asks the gate about a writer at the moment when the change is made: the upload may have taken hours.</summary>
internal sealed class WriterGate(Gatekeeper gatekeeper, GatedRepositories repositories, CardPolicies cards, MissingRights rights)
{
    /// <summary>For a proposal. Where the writer is was asked when the request began; a card that starts to ask during an upload does not stop it.</summary>
    /// <returns>Null when the writer passes the gate.</returns>
    public Task<Refusal?> AskAsync(RepositoryRecord record, Caller caller, CancellationToken cancellationToken) =>
        AskAsync(record, caller, VisitorRegion.Elsewhere, cancellationToken);

    /// <param name="region">Where the writer is, as far as it is known.</param>
    /// <returns>Null when the writer passes the gate.</returns>
    public async Task<Refusal?> AskAsync(RepositoryRecord record, Caller caller, VisitorRegion region, CancellationToken cancellationToken)
    {
        var described = repositories.Describe(record, await cards.FindAsync(record, cancellationToken));
        var decision = await gatekeeper.DecideAsync(described, rights.Person(caller, record), region, cancellationToken);
        return decision.IsAllowed ? null : Refusals.For(described, decision);
    }
}
