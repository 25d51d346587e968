using GateMiddleware.Decisions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GateMiddleware;

/// <summary>Registers the gate.</summary>
public static class GateServiceCollectionExtensions
{
    /// <summary>Adds the gate, with the in-process cache. Name the host's sources on the builder that is returned.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the defaults; null for none.</param>
    /// <returns>The builder.</returns>
    public static GateBuilder AddGate(this IServiceCollection services, Action<GateOptions>? configure = null)
    {
        services.AddMetrics();
        services.AddLogging();
        var options = services.AddOptions<GateOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GateOptions>, GateOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GateMetrics>();
        services.TryAddSingleton<IDecisionCache, MemoryDecisionCache>();
        services.TryAddSingleton<IGatePersonSource, ClaimsPersonSource>();
        services.TryAddSingleton<IVisitorRegionSource, NoRegions>();
        services.TryAddSingleton<Gatekeeper>();
        return new GateBuilder(services);
    }
}
