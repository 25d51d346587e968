using System.Text.Json.Nodes;
using RepoHost.Gating;

namespace RepoHost.Hub;

/// <summary>
/// <c>GET /api/agent-harnesses</c>: by which environment variables the Python client tells programs apart that use it for somebody. The Hub counts them. This
/// server counts nothing of the kind, so there are none, and the client sends none.
/// </summary>
internal static class AgentHarnessEndpoints
{
    public static void MapAgentHarnesses(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/agent-harnesses", HubRoutes.GetAndHead, () => TypedResults.Ok(None())).WithAccess(RouteAccess.Anyone);

    private static JsonObject None() => new() { ["standardEnvVars"] = new JsonArray(), ["harnesses"] = new JsonObject() };
}
