using GateMiddleware.Decisions;
using Microsoft.AspNetCore.Http;

namespace GateMiddleware.Rejection;

/// <summary>The refusals of the gate. The sentences are the Hub's, word for word: clients and scripts match them.</summary>
public static class Refusals
{
    /// <summary>The error code of every refusal by the gate.</summary>
    public const string GatedRepo = "GatedRepo";

    /// <summary>There is no such repository, or nobody may know of it.</summary>
    public static readonly Refusal RepositoryNotFound = new(StatusCodes.Status404NotFound, "RepoNotFound", "Repository not found", null);

    /// <summary>It can't be decided now. No code: clients must not take it for a gate.</summary>
    public static readonly Refusal Unavailable = new(
        StatusCodes.Status503ServiceUnavailable, null, "Access to this repository cannot be checked at the moment. Please try again shortly.", null);

    /// <summary>The refusal for a decision.</summary>
    /// <param name="repository">The repository that was asked for.</param>
    /// <param name="decision">The decision.</param>
    /// <returns>The refusal.</returns>
    /// <exception cref="ArgumentException">The decision allows.</exception>
    public static Refusal For(GatedRepository repository, AccessDecision decision)
    {
        var (kind, name, page) = (repository.Kind, repository.Name, repository.PageUrl);
        return decision.Verdict switch
        {
            AccessVerdict.Allowed => throw new ArgumentException("An allowed request has no refusal.", nameof(decision)),
            AccessVerdict.AuthenticationRequired => new Refusal(
                StatusCodes.Status401Unauthorized,
                GatedRepo,
                $"Access to {kind} {name} is restricted. You must have access to it and be authenticated to access it. Please log in.",
                page),
            AccessVerdict.NeverAsked => Forbidden($"Access to {kind} {name} is restricted and you are not in the authorized list. Visit {page} to ask for access.", page),
            AccessVerdict.Pending => Forbidden($"Your request to access {kind} {name} is awaiting a review from the repo authors.", page),
            AccessVerdict.Rejected => Forbidden(
                $"Your request to access {kind} {name} has been rejected by the repo's authors.{(string.IsNullOrEmpty(decision.Reason) ? "" : $" Reason: {decision.Reason}")}", page),
            AccessVerdict.Reset => Forbidden($"Your request to access {kind} {name} has been reset by the repo's authors. Visit {page} to submit a new request.", page),
            // The Hub sends no code with this one, and its Python client then says "check your connection"; with the code the sentence arrives.
            AccessVerdict.TokenLacksGatedRead => Forbidden(
                "Please enable access to public gated repositories in your fine-grained token settings to view this repository.", page),
            AccessVerdict.TokenLacksRight when decision.Reason is { Length: > 0 } sentence => Forbidden(sentence, page),
            // The Hub's own sentences for these two are not known.
            AccessVerdict.RegionRefused => Forbidden($"Access to {kind} {name} is not available from the European Union.", page),
            AccessVerdict.RegionUnknown => Forbidden(
                $"Access to {kind} {name} is not available from the European Union, and it could not be determined where this request comes from.", page),
            _ => Unavailable,
        };
    }

    private static Refusal Forbidden(string message, string page) => new(StatusCodes.Status403Forbidden, GatedRepo, message, page);
}
