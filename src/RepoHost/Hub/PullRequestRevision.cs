using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>What a route that writes commits is for; its address and its query say so.</summary>
internal enum CommitRoute
{
    Branch,
    NewPullRequest,
    PullRequest,
}

/// <summary>
/// Tells the routes apart that write to a revision. A pull request may be written by its author, who need not be one who may write to the repository, so
/// its revision has a route of its own. What the route then is about is read from the raw address once more: only a pull request is found by it.
/// </summary>
internal sealed class PullRequestRevision : IRouteConstraint
{
    public const string Name = "pullrequest";

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string text && Uri.UnescapeDataString(text).StartsWith(RefName.PullRequests, StringComparison.Ordinal);

    /// <summary>The branch or pull request that a route's tail names.</summary>
    /// <param name="pullRequests">Whether the route is the one of pull requests.</param>
    public static (CommitTarget? Target, Refused? Refused) Read(HttpContext context, bool pullRequests)
    {
        var revision = string.Join('/', RequestPieces.AfterRoute(context) ?? []).TrimEnd('/');
        var target = RevisionName.TryParse(revision, out _) && revision.StartsWith(RefName.PullRequests, StringComparison.Ordinal) == pullRequests
            ? CommitTarget.Find(context.Repository().Git, revision) : null;
        return target is null ? (null, HubErrors.RevisionNotFound(revision.Length == 0 ? null : revision)) : (target, null);
    }
}
