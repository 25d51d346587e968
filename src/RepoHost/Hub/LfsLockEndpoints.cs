using GateMiddleware.Rejection;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Hub;

/// <summary>
/// There is no file locking. git-lfs asks at every push and goes on silently at 404; 403 would print a warning (contract 7.8). Threat row 11 has nothing to
/// take hold of.
/// </summary>
internal static class LfsLockEndpoints
{
    private static readonly Refusal NoLocks = new(404, null, "This server has no file locking.", null);

    public static void MapLfsLocks(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        foreach (var root in LfsRequests.Roots(type))
        {
            routes.MapMethods($"{root}/locks/{{**rest}}", [HttpMethods.Get, HttpMethods.Post], () => LfsRefusals.As(NoLocks))
                .WithAccess(RouteAccess.SeeRepository, type, format: RefusalFormat.Lfs);
        }
    }
}
