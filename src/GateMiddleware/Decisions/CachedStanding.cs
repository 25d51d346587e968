namespace GateMiddleware.Decisions;

/// <summary>What a cache found.</summary>
/// <param name="Standing">The standing, still usable; null for a miss.</param>
/// <param name="Ticket">With a miss: what to hand back when the answer of the source is put.</param>
public readonly record struct CachedStanding(AccessStanding? Standing, DecisionTicket Ticket);
