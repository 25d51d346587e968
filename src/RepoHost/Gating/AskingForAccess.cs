using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Gating.Regions;

namespace RepoHost.Gating;

/// <param name="Problems">What is wrong with the answers; nothing was asked for then.</param>
/// <param name="Outcome">Null when there are problems, and where there is no gate.</param>
internal sealed record AskAttempt(IReadOnlyList<GateAnswerProblem> Problems, AskOutcome? Outcome);

/// <summary>Asks for access in the name of the caller: the page and <c>POST /{repo}/ask-access</c> alike (design 3).</summary>
internal sealed class AskingForAccess(AccessRequests requests, GatedRepositories gate, VisitorPlaces places, IOptions<GatingOptions> options)
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

    /// <param name="answers">By label, as they were sent.</param>
    public async Task<AskAttempt> AskAsync(HttpContext context, IReadOnlyDictionary<string, string> answers)
    {
        var repository = context.Repository();
        if (repository.Policy.Mode == GateMode.Open)
            return new([], null);
        var check = GateAnswers.Check(repository.Policy.Form, answers, places.Describe(context));
        return check.Complete
            ? new([], await requests.AskAsync(repository.Record, repository.Card, context.Caller().UserId!, check.Answers, context.RequestAborted))
            : new(check.Problems, null);
    }
}
