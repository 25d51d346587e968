using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;

namespace RepoHost.Gating;

/// <param name="Problems">What is wrong with the answers; nothing was asked for then.</param>
/// <param name="Outcome">Null when there are problems, and where there is no gate.</param>
internal sealed record AskAttempt(IReadOnlyList<GateAnswerProblem> Problems, AskOutcome? Outcome);

/// <summary>Asks for access in the name of the caller: the page and <c>POST /{repo}/ask-access</c> alike (design 3).</summary>
internal sealed class AskingForAccess(AccessRequests requests, GatedRepositories gate, IOptions<GatingOptions> options)
{
    /// <summary>Why this caller can't ask, whatever the answers would be; null when they can.</summary>
    public Refusal? FindObstacle(HttpContext context)
    {
        // Agreeing to terms and sharing one's address is a person's act in a browser; a script with a token can't do it unless the operator lets it.
        if (context.Caller().CredentialKind == CredentialKind.Cookie || options.Value.AllowRequestsByToken)
            return null;
        var page = gate.PageOf(context.Repository().Record);
        return new(403, null, $"Access is requested in the browser. Log in and open {page}", page);
    }

    /// <param name="answers">By label, as they were sent.</param>
    public async Task<AskAttempt> AskAsync(HttpContext context, IReadOnlyDictionary<string, string> answers)
    {
        var repository = context.Repository();
        if (repository.Policy.Mode == GateMode.Open)
            return new([], null);
        var check = GateAnswers.Check(repository.Policy.Form, answers);
        return check.Complete
            ? new([], await requests.AskAsync(repository.Record, repository.Card, context.Caller().UserId!, check.Answers, context.RequestAborted))
            : new(check.Problems, null);
    }
}
