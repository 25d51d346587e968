using GateMiddleware.Rejection;
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
        // Resolved here and not by the handlers, because a request that asks for a service pays for a scope.
        var downloads = routes.ServiceProvider.GetRequiredService<Downloads>();
        RequestDelegate resolve = context => downloads.ResolveAsync(context, context.Repository(), RequestPieces.AfterRoute(context));
        RequestDelegate raw = context => downloads.RawAsync(context, context.Repository(), RequestPieces.AfterRoute(context));
        routes.MapMethods($"{id}/resolve/{{**rest}}", Methods, resolve).WithAccess(RouteAccess.ReadContent, type, PublicFiles.IsAsked, RefusalFormat.File).WithMetadata(new ResolveRoute(type));
        routes.MapMethods($"{id}/raw/{{**rest}}", Methods, raw).WithAccess(RouteAccess.ReadContent, type, format: RefusalFormat.File);

        // A one-part id is legal to ask for (contract 1.2); no repository here has one.
        var onePart = HubRoutes.WebOnePartId(type);
        routes.MapMethods($"{onePart}/resolve/{{**rest}}", Methods, HubRoutes.NeverReached).WithAccess(RouteAccess.ReadContent, type, format: RefusalFormat.File);
        routes.MapMethods($"{onePart}/raw/{{**rest}}", Methods, HubRoutes.NeverReached).WithAccess(RouteAccess.ReadContent, type, format: RefusalFormat.File);
    }
}
