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
        routes.MapMethods(HubRoutes.ApiId(type), Methods, TipAsync).WithAccess(RouteAccess.SeeRepository, type);
        routes.MapMethods($"{HubRoutes.ApiId(type)}/revision/{{**rest}}", Methods, AtRevisionAsync).WithAccess(RouteAccess.SeeRepository, type);

        routes.MapMethods(HubRoutes.ApiOnePartId(type), Methods, HubRoutes.NeverReached).WithAccess(RouteAccess.SeeRepository, type);
        routes.MapMethods($"{HubRoutes.ApiOnePartId(type)}/{{verb:regex(^(revision|tree|refs|commits|auth-check)$)}}/{{**rest}}", Methods, HubRoutes.NeverReached)
            .WithAccess(RouteAccess.SeeRepository, type);
    }

    private static Task<Results<Ok<JsonObject>, Refused>> TipAsync(HttpContext context, RepositoryFiles files, RepositoryDetailReader details) =>
        DescribeAsync(context, files, details, context.Repository().Card.Tip);

    private static async Task<Results<Ok<JsonObject>, Refused>> AtRevisionAsync(HttpContext context, RepositoryFiles files, RepositoryDetailReader details)
    {
        var route = RevisionRoute.Read(context, context.Repository(), RequestPieces.AfterRoute(context), nameRevision: true);
        if (route.Found is not { } asked)
            return (Refused)route.Refusal!;
        return asked.Path.IsRoot
            ? await DescribeAsync(context, files, details, asked.Commit)
            : (Refused)HubErrors.RevisionNotFound(string.Join('/', RequestPieces.AfterRoute(context)!));
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> DescribeAsync(
        HttpContext context, RepositoryFiles files, RepositoryDetailReader details, GitOid? commit)
    {
        var repository = context.Repository();
        var type = repository.Record.Type;
        var query = context.Request.Query;
        var expand = query.List("expand");
        if (RepositoryFacts.UnknownKey(type, expand) is { } unknown)
            return (Refused)HubErrors.BadRequest(unknown);

        var keys = expand.Count == 0 ? RepositoryFacts.InfoKeys(type) : expand;
        var passes = TreeEndpoints.MaySeeHashes(context);
        var found = await details.ReadAsync(repository, commit, passes, keys, context.RequestAborted);
        var card = CardFacts.Of(type, repository.ShownCard, found.Contents);
        var facts = new RepositoryFacts(repository.Record, card, () => repository.Git, files, commit, query.Flag("blobs"), passes) { Details = found };
        return TypedResults.Ok(expand.Count == 0 ? facts.Write(keys) : facts.WriteExpanded(keys));
    }
}
