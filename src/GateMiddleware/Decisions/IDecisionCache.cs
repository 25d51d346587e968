namespace GateMiddleware.Decisions;

/// <summary>
/// Keeps standings for at most <see cref="GateOptions.Lease"/>, counted from before the source was asked. Never needed for correctness:
/// an empty or broken cache only means that the source is asked.
/// </summary>
public interface IDecisionCache
{
    /// <summary>Looks a standing up. Does not throw for a cache that is down: that is a miss with an unusable ticket.</summary>
    /// <param name="key">Who, where.</param>
    /// <param name="epoch">The epoch now; an in-process entry of another epoch is a miss.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>The standing, or a ticket.</returns>
    ValueTask<CachedStanding> ReadAsync(DecisionKey key, long epoch, CancellationToken cancellationToken);

    /// <summary>Keeps an answer of the source, unless it is too old, or older than what is known or forgotten already.</summary>
    /// <param name="key">Who, where.</param>
    /// <param name="standing">The source's answer.</param>
    /// <param name="ticket">The ticket of the miss that came before.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>A task that ends when it is kept or not; it does not throw for a cache that is down.</returns>
    ValueTask PutAsync(DecisionKey key, AccessStanding standing, DecisionTicket ticket, CancellationToken cancellationToken);

    /// <summary>Makes everything older than a change unusable, also what a slow reader would still put.</summary>
    /// <param name="change">The change; entries with a smaller version are forgotten.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>True when the cache has been told, on every node that shares it; false when it could not be reached.</returns>
    ValueTask<bool> ForgetAsync(StandingChange change, CancellationToken cancellationToken);
}
