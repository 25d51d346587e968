using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// <c>GET</c> and <c>HEAD /{repo}/resolve/{revision}/{path}</c>, and <c>/raw/</c> beside it: the files themselves (contract 3.1, 3.2).
/// When a handler runs, the gate has been passed; HEAD, ranges and conditions included.
/// </summary>
internal static class ResolveEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapResolve(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var id = HubRoutes.WebId(type);
        routes.MapMethods($"{id}/resolve/{{**rest}}", Methods, (HttpContext context, Downloads downloads) => downloads.ResolveAsync(context, context.Repository(), RequestPieces.AfterRoute(context)))
            .WithAccess(RouteAccess.ReadContent, type, PublicFiles.IsAsked);
        routes.MapMethods($"{id}/raw/{{**rest}}", Methods, (HttpContext context, Downloads downloads) => downloads.RawAsync(context, context.Repository(), RequestPieces.AfterRoute(context)))
            .WithAccess(RouteAccess.ReadContent, type);

        // A one-part id is legal to ask for (contract 1.2); no repository here has one.
        var onePart = HubRoutes.WebOnePartId(type);
        routes.MapMethods($"{onePart}/resolve/{{**rest}}", Methods, HubRoutes.NeverReached).WithAccess(RouteAccess.ReadContent, type);
        routes.MapMethods($"{onePart}/raw/{{**rest}}", Methods, HubRoutes.NeverReached).WithAccess(RouteAccess.ReadContent, type);
    }
}
