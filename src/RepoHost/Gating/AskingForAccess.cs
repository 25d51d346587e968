using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Gating.Regions;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <param name="Problems">What is wrong with the answers; nothing was asked for then.</param>
/// <param name="Outcome">Null when there are problems, and where there is no gate.</param>
internal sealed record AskAttempt(IReadOnlyList<GateAnswerProblem> Problems, AskOutcome? Outcome);

/// <summary>Asks for access in the name of the caller: the page and <c>POST /{repo}/ask-access</c> alike (design 3).</summary>
internal sealed class AskingForAccess(
    AccessRequests requests,
    AccessRequestList list,
    ConfirmedAddresses addresses,
    GatedRepositories gate,
    VisitorPlaces places,
    PublicUrl publicUrl,
    IOptions<GatingOptions> options)
{
    /// <summary>Why this caller can't ask, whatever the answers would be; null when they can.</summary>
    public Refusal? FindObstacle(HttpContext context)
    {
        // Who may not read from where they are is not asked for their answers either.
        var repository = context.Repository();
        if (GateRule.NeedsRegion(repository.Policy) && repository.Role is not { Relation: AccessRelation.Steward } && places.Find(context) is not VisitorRegion.Elsewhere and var region)
        {
            var verdict = region == VisitorRegion.EuropeanUnion ? AccessVerdict.RegionRefused : AccessVerdict.RegionUnknown;
            return Refusals.For(gate.Describe(repository.Record, repository.Card), new AccessDecision(verdict));
        }

        // Agreeing to terms and sharing one's address is a person's act in a browser; a script with a token can't do it unless the operator lets it.
        if (context.Caller().CredentialKind == CredentialKind.Cookie || options.Value.AllowRequestsByToken)
            return null;
        var page = gate.PageOf(repository.Record);
        return new(403, null, $"Access is requested in the browser. Log in and open {page}", page);
    }

    /// <summary>For a caller whose address has to be confirmed first. The repository's page sends them the link.</summary>
    public Refusal ConfirmFirst(RepositoryRecord repository) => new(
        403,
        null,
        $"Access can be requested with a confirmed mail address only. Log in, open {publicUrl.Of("/settings/profile")} to get a link that confirms yours,"
            + " and then ask again.",
        gate.PageOf(repository));

    /// <param name="answers">By label, as they were sent.</param>
    public async Task<AskAttempt> AskAsync(HttpContext context, IReadOnlyDictionary<string, string> answers)
    {
        var repository = context.Repository();
        if (repository.Policy.Mode == GateMode.Open)
            return new([], null);

        // Before the answers are looked at: what is wrong with them does not matter yet. The rule itself is asked again with the request.
        var userId = context.Caller().UserId!;
        if (await addresses.FindMissingAsync(userId, context.RequestAborted) is not null
            && await list.FindAsync(repository.Record.Id, userId, context.RequestAborted) is null or { State: AccessState.Reset })
            return new([], new AskOutcome(AccessState.None, Changed: false, NotConfirmed: true));

        var check = GateAnswers.Check(repository.Policy.Form, answers, places.Describe(context));
        return check.Complete
            ? new([], await requests.AskAsync(repository.Record, repository.Card, userId, check.Answers, context.RequestAborted))
            : new(check.Problems, null);
    }
}
