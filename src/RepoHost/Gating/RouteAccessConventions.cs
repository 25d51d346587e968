using GateMiddleware;
using GateMiddleware.Rejection;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Gating;

internal static class RouteAccessConventions
{
    /// <summary>Declares the access of a route that names no repository.</summary>
    public static TBuilder WithAccess<TBuilder>(this TBuilder builder, RouteAccess access)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RouteAccessMetadata(access, null));

    /// <summary>Declares the access of a route that names a repository of <paramref name="type"/>; contents also get the gate.</summary>
    /// <param name="publicException">Requests for files that stay open on a gated repository (contract 6.2).</param>
    /// <param name="format">How refusals are written: git and git-lfs read other bodies than the Hub's clients.</param>
    public static TBuilder WithAccess<TBuilder>(
        this TBuilder builder, RouteAccess access, RepositoryType type, Func<HttpContext, bool>? publicException = null, RefusalFormat format = RefusalFormat.Json)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new RouteAccessMetadata(access, type, format), new ErrorFormat(format));
        if (access == RouteAccess.Contribute)
            builder.RequireGate(IsWriters, format);
        else if (access.AsksGate())
            builder.RequireGate(publicException, format);
        else
            builder.ObserveGate();
        return builder;
    }

    /// <summary>A right to write shows nothing, so it does not wait for the gate.</summary>
    private static bool IsWriters(HttpContext context) => context.Repository().Role is { MayWrite: true };
}
