using GateMiddleware.Rejection;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>There is no Xet store here; the answer tells the person at the client how to upload without one (contract 5.3).</summary>
internal static class XetEndpoints
{
    private const string NoStore = "This server has no Xet storage.";

    private static readonly Refusal NoXet = new(
        404, null, $"{NoStore} Set HF_HUB_DISABLE_XET=1 in the environment and run the command again: files then travel by plain HTTP and LFS.", null);

    /// <summary>For clients that will ask for a token next: their Xet library drops the refusal and prints an address. Those that have the variable already go on without trouble.</summary>
    public const string Advice = $"{NoStore} If this upload fails, set HF_HUB_DISABLE_XET=1 in the environment and run it again: files then travel by plain HTTP and LFS.";

    public static void MapXet(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        routes.MapGet($"{HubRoutes.ApiId(type)}/xet-write-token/{{**rest}}", () => new Refused(NoXet)).WithAccess(RouteAccess.SeeRepository, type);
        routes.MapGet($"{HubRoutes.ApiId(type)}/xet-read-token/{{**rest}}", () => new Refused(NoXet)).WithAccess(RouteAccess.SeeRepository, type);
    }
}
