using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GateMiddleware.Decisions;

/// <summary>Decides about requests, from the cache or from the source, and announces changes. One per process.</summary>
public sealed partial class Gatekeeper
{
    private readonly IAccessDecisionSource _source;
    private readonly IDecisionCache _cache;
    private readonly IDecisionEpoch? _epoch;
    private readonly GateOptions _options;
    private readonly TimeProvider _time;
    private readonly GateMetrics? _metrics;
    private readonly ILogger _logger;
    private readonly StandingAnnouncer _announcer;

    /// <summary>Makes a gatekeeper; <c>AddGate</c> does it for a host.</summary>
    /// <param name="source">The truth.</param>
    /// <param name="cache">What spares asking it.</param>
    /// <param name="options">Lease and time limits.</param>
    /// <param name="epoch">The host's hook for changes by other processes; null for none.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="metrics">Counts outcomes; null for none.</param>
    /// <param name="logger">Takes failures; null for none.</param>
    public Gatekeeper(
        IAccessDecisionSource source,
        IDecisionCache cache,
        IOptions<GateOptions> options,
        IDecisionEpoch? epoch = null,
        TimeProvider? time = null,
        GateMetrics? metrics = null,
        ILogger<Gatekeeper>? logger = null)
    {
        (_source, _cache, _options, _epoch, _metrics) = (source, cache, options.Value, epoch, metrics);
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<Gatekeeper>.Instance;
        _announcer = new StandingAnnouncer(cache, _options, _time, metrics, _logger);
    }

    /// <summary>Decides whether a person may download from a repository. A warm answer comes synchronously and allocates nothing.</summary>
    /// <param name="repository">The repository, with the policy that holds now.</param>
    /// <param name="person">Who asks.</param>
    /// <param name="region">Where the request comes from; <see cref="VisitorRegion.Unknown"/> will do unless <see cref="GateRule.NeedsRegion"/>.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>The decision; <see cref="AccessVerdict.Unavailable"/> when the source can't tell or takes too long.</returns>
    /// <exception cref="OperationCanceledException">The request ended.</exception>
    public ValueTask<AccessDecision> DecideAsync(GatedRepository repository, GatePerson person, VisitorRegion region, CancellationToken cancellationToken)
    {
        var deciding = FindDecisionAsync(repository, person, region, cancellationToken);
        if (!deciding.IsCompletedSuccessfully) return CountAsync(deciding);
        _metrics?.Decided(deciding.Result.Verdict);
        return deciding;
    }

    /// <summary>The same for somebody of whom it isn't known where they are.</summary>
    /// <param name="repository">The repository, with the policy that holds now.</param>
    /// <param name="person">Who asks.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>The decision.</returns>
    public ValueTask<AccessDecision> DecideAsync(GatedRepository repository, GatePerson person, CancellationToken cancellationToken) =>
        DecideAsync(repository, person, VisitorRegion.Unknown, cancellationToken);

    private async ValueTask<AccessDecision> CountAsync(ValueTask<AccessDecision> deciding)
    {
        var decision = await deciding;
        _metrics?.Decided(decision.Verdict);
        return decision;
    }

    private ValueTask<AccessDecision> FindDecisionAsync(GatedRepository repository, GatePerson person, VisitorRegion region, CancellationToken cancellationToken)
    {
        if (!GateRule.NeedsStanding(repository.Policy, person)) return new ValueTask<AccessDecision>(GateRule.Decide(repository.Policy, person, null));

        var key = new DecisionKey(repository.Id, person.Id!);
        long epoch;
        ValueTask<CachedStanding> reading;
        try
        {
            // The epoch is read before the cache and the source: what is read afterwards is at least as new.
            epoch = _epoch?.Read(key.RepositoryId, key.PersonId) ?? 0;
            reading = _cache.ReadAsync(key, epoch, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.CacheFailed(_logger, exception);
            return AskSourceAsync(repository, person, region, key, default, cancellationToken);
        }

        if (!reading.IsCompletedSuccessfully) return DecideSlowlyAsync(repository, person, region, key, reading, cancellationToken);
        var cached = reading.Result;
        _metrics?.LookedUp(cached);
        return cached.Standing is { } standing
            ? new ValueTask<AccessDecision>(GateRule.Decide(repository.Policy, person, standing, region))
            : AskSourceAsync(repository, person, region, key, cached.Ticket, cancellationToken);
    }

    /// <summary>
    /// Announces a committed change. Call it after the commit and before answering: when the change takes access away, the task ends
    /// only when no answer from before the change can be used on any node, at the latest after <see cref="GateOptions.Lease"/>.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Ends the waiting, not the telling; pass none to keep the promise to a caller who hangs up.</param>
    /// <returns>A task that ends when the change is in force.</returns>
    /// <exception cref="OperationCanceledException">The waiting was cancelled; the change may not be in force yet.</exception>
    public Task AnnounceAsync(StandingChange change, CancellationToken cancellationToken) => _announcer.AnnounceAsync(change, cancellationToken);

    private async ValueTask<AccessDecision> DecideSlowlyAsync(
        GatedRepository repository, GatePerson person, VisitorRegion region, DecisionKey key, ValueTask<CachedStanding> reading, CancellationToken cancellationToken)
    {
        CachedStanding cached = default;
        try
        {
            cached = await reading;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.CacheFailed(_logger, exception);
        }

        _metrics?.LookedUp(cached);
        if (cached.Standing is { } standing) return GateRule.Decide(repository.Policy, person, standing, region);
        return await AskSourceAsync(repository, person, region, key, cached.Ticket, cancellationToken);
    }

    private async ValueTask<AccessDecision> AskSourceAsync(
        GatedRepository repository, GatePerson person, VisitorRegion region, DecisionKey key, DecisionTicket ticket, CancellationToken cancellationToken)
    {
        AccessStanding standing;
        try
        {
            standing = await ReadSourceAsync(key, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.SourceFailed(_logger, key.RepositoryId, exception);
            return AccessDecision.Unavailable;
        }

        await PutAsync(key, standing, ticket, cancellationToken);
        return GateRule.Decide(repository.Policy, person, standing, region);
    }

    private async Task<AccessStanding> ReadSourceAsync(DecisionKey key, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.SourceTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        // WaitAsync as well: a source that does not look at its token must not hold the request either.
        return await _source.ReadAsync(key.RepositoryId, key.PersonId, either.Token).AsTask().WaitAsync(either.Token);
    }

    private async ValueTask PutAsync(DecisionKey key, AccessStanding standing, DecisionTicket ticket, CancellationToken cancellationToken)
    {
        if (!ticket.Usable) return;
        try
        {
            await _cache.PutAsync(key, standing, ticket, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.CacheFailed(_logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Error, "Access to repository {RepositoryId} could not be decided; the request is answered 503.")]
        public static partial void SourceFailed(ILogger logger, string repositoryId, Exception exception);

        [LoggerMessage(12, LogLevel.Warning, "The decision cache failed; the source is asked instead.")]
        public static partial void CacheFailed(ILogger logger, Exception exception);
    }
}
