using GateMiddleware;
using GateMiddleware.Rejection;
using RepoHost.Data;

namespace RepoHost.Gating;

internal static class RouteAccessConventions
{
    /// <summary>Declares the access of a route that names no repository.</summary>
    public static TBuilder WithAccess<TBuilder>(this TBuilder builder, RouteAccess access)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RouteAccessMetadata(access, null));

    /// <summary>Declares the access of a route that names a repository of <paramref name="type"/>; contents also get the gate.</summary>
    /// <param name="publicException">Requests for files that stay open on a gated repository (contract 6.2).</param>
    public static TBuilder WithAccess<TBuilder>(this TBuilder builder, RouteAccess access, RepositoryType type, Func<HttpContext, bool>? publicException = null)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new RouteAccessMetadata(access, type));
        if (access == RouteAccess.ReadContent)
            builder.RequireGate(publicException, RefusalFormat.Json);
        else
            builder.ObserveGate();
        return builder;
    }
}
