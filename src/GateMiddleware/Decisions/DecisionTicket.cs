namespace GateMiddleware.Decisions;

/// <summary>
/// Given out by a cache with every miss, and handed back when the answer of the source is put: it says how old that answer may be, so
/// that a slow reader can't put back what has been revoked since.
/// </summary>
/// <param name="Usable">False when the cache could not be asked; nothing is put then.</param>
/// <param name="ReadAt">When the reading began, in the cache's own unit.</param>
/// <param name="Epoch">The <see cref="IDecisionEpoch"/> before the source was asked.</param>
/// <param name="Generation">Which life of the cache gave the ticket; null where a cache has only one.</param>
public readonly record struct DecisionTicket(bool Usable, long ReadAt, long Epoch, string? Generation = null);
