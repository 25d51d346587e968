using System.Diagnostics.CodeAnalysis;
using GateMiddleware.Decisions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GateMiddleware;

/// <summary>Names what the gate asks its host. Returned by <c>AddGate</c>.</summary>
public sealed class GateBuilder
{
    internal GateBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Says which repository a request wants. Registered scoped, unless <typeparamref name="T"/> is registered already.</summary>
    /// <typeparam name="T">The host's source.</typeparam>
    /// <returns>This builder.</returns>
    public GateBuilder UseRepositories<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IGatedRepositorySource
    {
        Services.TryAddScoped<T>();
        Services.Replace(ServiceDescriptor.Scoped<IGatedRepositorySource>(provider => provider.GetRequiredService<T>()));
        return this;
    }

    /// <summary>Says who has access. Registered scoped, unless <typeparamref name="T"/> is registered already; it gets a scope of its own for each question, so it may use a DbContext.</summary>
    /// <typeparam name="T">The host's source.</typeparam>
    /// <returns>This builder.</returns>
    public GateBuilder UseDecisions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IAccessDecisionSource
    {
        Services.TryAddScoped<T>();
        Services.Replace(ServiceDescriptor.Singleton<IAccessDecisionSource>(
            provider => new ScopedDecisionSource<T>(provider.GetRequiredService<IServiceScopeFactory>())));
        return this;
    }

    /// <summary>Says where requests come from, for repositories that refuse visitors from the European Union. A singleton, unless <typeparamref name="T"/> is registered already as one.</summary>
    /// <typeparam name="T">The host's source.</typeparam>
    /// <returns>This builder.</returns>
    public GateBuilder UseRegions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IVisitorRegionSource
    {
        Services.TryAddSingleton<T>();
        Services.Replace(ServiceDescriptor.Singleton<IVisitorRegionSource>(provider => provider.GetRequiredService<T>()));
        return this;
    }

    /// <summary>Says who asks, instead of the claims. A singleton, unless <typeparamref name="T"/> is registered already as one.</summary>
    /// <typeparam name="T">The host's source.</typeparam>
    /// <returns>This builder.</returns>
    public GateBuilder UsePersons<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IGatePersonSource
    {
        Services.TryAddSingleton<T>();
        Services.Replace(ServiceDescriptor.Singleton<IGatePersonSource>(provider => provider.GetRequiredService<T>()));
        return this;
    }

    /// <summary>Keeps decisions in Redis, so that a revocation on one node is in force on all.</summary>
    /// <param name="connectionString">StackExchange.Redis configuration, <c>localhost:6379</c> at its simplest. A Redis that is down at start is waited for in the background.</param>
    /// <returns>This builder.</returns>
    public GateBuilder UseRedis(string connectionString)
    {
        Services.Replace(ServiceDescriptor.Singleton<IDecisionCache>(provider => new RedisDecisionCache(
            connectionString,
            provider.GetRequiredService<IOptions<GateOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisDecisionCache>>())));
        return this;
    }
}
