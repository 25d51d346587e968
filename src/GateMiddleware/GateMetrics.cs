using System.Diagnostics.Metrics;
using GateMiddleware.Decisions;

namespace GateMiddleware;

/// <summary>Counts what the gate does, under the meter <c>GateMiddleware</c>. Tags are outcomes, never people or repositories.</summary>
public sealed class GateMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "GateMiddleware";

    private readonly Counter<long> _decisions;
    private readonly Counter<long> _lookups;
    private readonly Counter<long> _announcements;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Where the meter comes from.</param>
    public GateMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _decisions = meter.CreateCounter<long>("gate.decisions", "{request}", "Requests at gated routes, by verdict.");
        _lookups = meter.CreateCounter<long>("gate.cache.lookups", "{lookup}", "Look-ups in the decision cache: hit, miss or unavailable.");
        _announcements = meter.CreateCounter<long>("gate.announcements", "{change}", "Announced changes: told at once, or waited for.");
    }

    internal void Decided(AccessVerdict verdict)
    {
        if (_decisions.Enabled) _decisions.Add(1, new KeyValuePair<string, object?>("verdict", verdict.ToString()));
    }

    internal void LookedUp(CachedStanding cached)
    {
        if (!_lookups.Enabled) return;
        var outcome = cached.Standing is not null ? "hit" : cached.Ticket.Usable ? "miss" : "unavailable";
        _lookups.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    internal void Announced(bool waited) => _announcements.Add(1, new KeyValuePair<string, object?>("outcome", waited ? "waited" : "told"));
}
