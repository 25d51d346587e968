using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary><c>GET /api/{types}/{id}</c> and <c>…/revision/{revision}</c> (contract 4.1). Public on a gated repository.</summary>
internal static class RepositoryInfoEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapRepositoryInfo(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        routes.MapMethods(HubRoutes.ApiId(type), Methods, Tip).WithAccess(RouteAccess.SeeRepository, type);
        routes.MapMethods($"{HubRoutes.ApiId(type)}/revision/{{**rest}}", Methods, AtRevision).WithAccess(RouteAccess.SeeRepository, type);

        routes.MapMethods(HubRoutes.ApiOnePartId(type), Methods, HubRoutes.NeverReached).WithAccess(RouteAccess.SeeRepository, type);
        routes.MapMethods($"{HubRoutes.ApiOnePartId(type)}/{{verb:regex(^(revision|tree|refs|commits|auth-check)$)}}/{{**rest}}", Methods, HubRoutes.NeverReached)
            .WithAccess(RouteAccess.SeeRepository, type);
    }

    private static Results<Ok<JsonObject>, Refused> Tip(HttpContext context, RepositoryFiles files) => Describe(context, files, context.Repository().Card.Tip);

    private static Results<Ok<JsonObject>, Refused> AtRevision(HttpContext context, RepositoryFiles files)
    {
        var route = RevisionRoute.Read(context, context.Repository(), RequestPieces.AfterRoute(context), nameRevision: true);
        if (route.Found is not { } asked)
            return (Refused)route.Refusal!;
        return asked.Path.IsRoot
            ? Describe(context, files, asked.Commit)
            : (Refused)HubErrors.RevisionNotFound(string.Join('/', RequestPieces.AfterRoute(context)!));
    }

    private static Results<Ok<JsonObject>, Refused> Describe(HttpContext context, RepositoryFiles files, GitOid? commit)
    {
        var repository = context.Repository();
        var type = repository.Record.Type;
        var query = context.Request.Query;
        var facts = new RepositoryFacts(
            repository.Record, CardFacts.Of(type, repository.ShownCard), () => repository.Git, files, commit, query.Flag("blobs"), TreeEndpoints.MaySeeHashes(context));

        var expand = query.List("expand");
        if (expand.Count == 0)
            return TypedResults.Ok(facts.Write(RepositoryFacts.InfoKeys(type)));
        return RepositoryFacts.UnknownKey(type, expand) is { } unknown
            ? (Refused)HubErrors.BadRequest(unknown)
            : TypedResults.Ok(facts.WriteExpanded(expand));
    }
}
