using GateMiddleware.Decisions;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GateMiddleware;

/// <summary>Asks the gate before an endpoint that hands out content. After routing and authentication; <c>UseGate</c> adds it.</summary>
internal sealed partial class GatedDownloadMiddleware(
    RequestDelegate next, Gatekeeper gatekeeper, IGatePersonSource persons, IVisitorRegionSource regions, ILogger<GatedDownloadMiddleware> logger)
{
    /// <summary>
    /// 1. Not an endpoint of the gate: pass. A browser's preflight: pass.
    /// 2. Which repository? None: 404. Can't tell: 503.
    /// 3. Who, from where if that matters, and may they? The answer goes into <see cref="IGateFeature"/>.
    /// 4. Allowed, public or only observed: pass. Otherwise refuse, before revision, file, size or ETag are looked at.
    /// </summary>
    public async Task InvokeAsync(HttpContext context, IGatedRepositorySource repositories)
    {
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<GateMetadata>() is not { } gate || IsDeclaredPreflight(context, endpoint))
        {
            await next(context);
            return;
        }

        var (repository, doubt) = await FindAsync(context, repositories);
        if (repository is null)
        {
            await RefusalWriter.WriteAsync(context, doubt, gate.Format);
            return;
        }

        var decision = await DecideAsync(context, repository);
        context.Features.Set<IGateFeature>(new GateFeature(repository, decision));

        if (decision.IsAllowed || gate.ObserveOnly || IsPublic(gate, context)) await next(context);
        else await RefusalWriter.WriteAsync(context, Refusals.For(repository, decision), gate.Format);
    }

    /// <summary>A preflight is let through only where OPTIONS can't run a handler that was mapped for every method.</summary>
    internal static bool IsDeclaredPreflight(HttpContext context, Endpoint endpoint) =>
        HttpMethods.IsOptions(context.Request.Method)
        && context.Request.Headers.Origin.Count > 0
        && context.Request.Headers.AccessControlRequestMethod.Count > 0
        && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 };

    private async ValueTask<(GatedRepository? Repository, Refusal Doubt)> FindAsync(HttpContext context, IGatedRepositorySource repositories)
    {
        try
        {
            return (await repositories.FindAsync(context, context.RequestAborted), Refusals.RepositoryNotFound);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            Log.RepositoryUnknown(logger, exception);
            return (null, Refusals.Unavailable);
        }
    }

    private async ValueTask<AccessDecision> DecideAsync(HttpContext context, GatedRepository repository)
    {
        try
        {
            var region = GateRule.NeedsRegion(repository.Policy) ? regions.Find(context) : VisitorRegion.Unknown;
            return await gatekeeper.DecideAsync(repository, persons.Find(context), region, context.RequestAborted);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            Log.Undecided(logger, exception);
            return AccessDecision.Unavailable;
        }
    }

    private bool IsPublic(GateMetadata gate, HttpContext context)
    {
        try
        {
            return gate.PublicException?.Invoke(context) ?? false;
        }
        catch (Exception exception)
        {
            Log.Undecided(logger, exception);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Error, "The repository of a gated request could not be found out; the request is answered 503.")]
        public static partial void RepositoryUnknown(ILogger logger, Exception exception);

        [LoggerMessage(22, LogLevel.Error, "A gated request could not be decided; it is refused.")]
        public static partial void Undecided(ILogger logger, Exception exception);
    }
}
