using GateMiddleware.Decisions;
using GateMiddleware.Rejection;
using RepoHost.Accounts;

namespace RepoHost.Gating;

/// <summary>Asks the gate again at the end of a proposal: its upload may have taken hours, and whoever was turned away meanwhile proposes nothing any more.</summary>
internal sealed class ProposalGate(Gatekeeper gatekeeper, GatedRepositories repositories, CardPolicies cards, MissingRights rights)
{
    /// <returns>Null when the gate lets them pass.</returns>
    public async Task<Refusal?> AskAsync(RepositoryRecord record, Caller caller, CancellationToken cancellationToken)
    {
        var described = repositories.Describe(record, await cards.FindAsync(record, cancellationToken));
        // Where they are was asked when the request began, if the card asked then; a card that begins to ask during an upload stops no upload, which reads nothing.
        var decision = await gatekeeper.DecideAsync(described, rights.Person(caller, record), VisitorRegion.Elsewhere, cancellationToken);
        return decision.IsAllowed ? null : Refusals.For(described, decision);
    }
}
