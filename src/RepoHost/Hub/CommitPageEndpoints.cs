using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>HEAD /{repo}/commit/{sha}</c>: older Python clients check the address that a commit was answered with (contract 14.1).</summary>
internal static class CommitPageEndpoints
{
    public static void MapCommitPage(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapMethods($"{HubRoutes.WebId(type)}/commit/{{**rest}}", [HttpMethods.Head], Find).WithAccess(RouteAccess.SeeRepository, type);

    private static Results<Ok, Refused> Find(HttpContext context)
    {
        var route = RevisionRoute.Read(context, context.Repository(), RequestPieces.AfterRoute(context), nameRevision: false);
        if (route.Found is not { Path.IsRoot: true } asked)
            return (Refused)HubErrors.RevisionNotFound();
        context.Response.Headers["X-Repo-Commit"] = asked.Commit.ToString();
        return TypedResults.Ok();
    }
}
