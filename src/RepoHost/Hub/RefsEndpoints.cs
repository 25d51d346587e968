using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>One ref on the wire (contract 4.4).</summary>
internal sealed record RefItem(string Name, string Ref, string TargetCommit);

/// <summary>All three lists are mandatory; pull requests only when asked for.</summary>
internal sealed record RefLists(IReadOnlyList<RefItem> Branches, IReadOnlyList<RefItem> Converts, IReadOnlyList<RefItem> Tags, IReadOnlyList<RefItem>? PullRequests);

/// <summary><c>GET …/refs</c>.</summary>
internal static class RefsEndpoints
{
    /// <summary>The list has no pages in the clients, so it ends somewhere: beyond what <c>Pushes:MostRefs</c> lets a repository get by default.</summary>
    private const int MostOfFamily = 50_000;

    public static void MapRefs(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapMethods($"{HubRoutes.ApiId(type)}/refs", HubRoutes.GetAndHead, Refs).WithAccess(RouteAccess.SeeRepository, type);

    private static Ok<RefLists> Refs(HttpContext context)
    {
        var git = context.Repository().Git;
        return TypedResults.Ok(new RefLists(
            Items(git, RefName.Heads), Items(git, RefName.Converts), Items(git, RefName.Tags),
            context.Request.Query.Flag("include_prs") ? Items(git, RefName.PullRequests) : null));
    }

    private static RefItem[] Items(GitRepository git, string family) =>
        [.. git.RefsUnder(family, MostOfFamily).Select(r => new RefItem(r.Name, r.FullName, r.Target.ToString()))];
}
