using GateMiddleware;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Git;

namespace RepoHost.Pages;

/// <summary>A page about one repository, which the caller may see.</summary>
internal abstract class RepositorySitePage : SitePage
{
    public IRepositoryFeature Repository => HttpContext.Repository();

    public RepositoryRecord Record => Repository.Record;

    public GatePolicy Policy => Repository.Policy;

    /// <summary>Its short name; <c>main</c> while there is no commit.</summary>
    public string DefaultBranch => Repository.Card.Branch is { } branch && branch.StartsWith(RefName.Heads, StringComparison.Ordinal) ? branch[RefName.Heads.Length..] : "main";

    /// <summary>What the gate says to this caller; on pages that are open to whoever sees the repository it may be a refusal.</summary>
    public AccessDecision Decision => HttpContext.Features.Get<IGateFeature>()?.Decision ?? new AccessDecision(AccessVerdict.Unavailable);

    public bool MayWrite => Repository.Role is { MayWrite: true };

    public bool MayReview => Repository.Role is { MayReview: true };

    public bool MayChangeSettings => Repository.Role is { MayChangeSettings: true };
}
