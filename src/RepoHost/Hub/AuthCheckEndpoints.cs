using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Hub;

/// <summary><c>GET …/auth-check</c>: may I download? The gate has answered before the handler runs (contract 4.7).</summary>
internal static class AuthCheckEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapAuthCheck(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        routes.MapMethods($"{HubRoutes.ApiId(type)}/auth-check", Methods, Allowed).WithAccess(RouteAccess.ReadContent, type);
        routes.MapMethods($"{HubRoutes.ApiId(type)}/auth-check/write", Methods, Allowed).WithAccess(RouteAccess.Write, type);
    }

    private static ContentHttpResult Allowed() => TypedResults.Text("OK", "text/plain; charset=utf-8");
}
