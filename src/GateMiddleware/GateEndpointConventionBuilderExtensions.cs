using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GateMiddleware;

/// <summary>Puts endpoints behind the gate.</summary>
public static class GateEndpointConventionBuilderExtensions
{
    /// <summary>Refuses whoever the gate does not let in, for every method the endpoint answers.</summary>
    /// <typeparam name="TBuilder">The endpoint's or group's builder.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="publicException">Says of a request that it is for something public even in a gated repository (its README.md, say); null for never. When it throws, the answer is no.</param>
    /// <param name="format">How refusals are written.</param>
    /// <returns>The builder.</returns>
    public static TBuilder RequireGate<TBuilder>(this TBuilder builder, Func<HttpContext, bool>? publicException = null, RefusalFormat format = RefusalFormat.Json)
        where TBuilder : IEndpointConventionBuilder => Declare(builder, new GateMetadata(ObserveOnly: false, publicException, format));

    /// <summary>Decides and puts the answer into <see cref="IGateFeature"/>, but never refuses: for endpoints that are public and mask parts of their answer.</summary>
    /// <typeparam name="TBuilder">The endpoint's or group's builder.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <returns>The builder.</returns>
    public static TBuilder ObserveGate<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => Declare(builder, new GateMetadata(ObserveOnly: true, null, RefusalFormat.Json));

    private static TBuilder Declare<TBuilder>(TBuilder builder, GateMetadata gate)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(gate));
        builder.Finally(GuardAgainstMissingMiddleware);
        return builder;
    }

    // An app that declares gates and forgets UseGate, or puts it before routing, would serve everything; it must fail instead.
    private static void GuardAgainstMissingMiddleware(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } inner) return;
        endpoint.RequestDelegate = context =>
            context.Features.Get<IGateFeature>() is not null || GatedDownloadMiddleware.IsDeclaredPreflight(context, context.GetEndpoint()!)
                ? inner(context)
                : throw new InvalidOperationException("This endpoint is gated, but the gate was not asked. Call app.UseGate() after UseRouting and UseAuthentication.");
    }
}
