using Microsoft.Extensions.Logging;

namespace GateMiddleware.Decisions;

/// <summary>Tells the cache of changes, and waits when it can't be told.</summary>
internal sealed partial class StandingAnnouncer(IDecisionCache cache, GateOptions options, TimeProvider time, GateMetrics? metrics, ILogger logger)
{
    /// <summary>
    /// 1. Tell the cache; told is done.
    /// 2. A change that only gives access need not wait: an old "no" is a nuisance, not a leak.
    /// 3. Otherwise try again until told, or until the lease of everything read before the change is over.
    /// </summary>
    public async Task AnnounceAsync(StandingChange change, CancellationToken cancellationToken)
    {
        var end = time.GetTimestamp() + (long)(options.Lease.TotalSeconds * time.TimestampFrequency);
        if (await TellAsync(change))
        {
            metrics?.Announced(waited: false);
            return;
        }

        Log.NotTold(logger, change.RepositoryId, change.PersonId, options.Lease);
        var retrying = RetryAsync(change, end);
        if (change.TakesAccessAway) await retrying.WaitAsync(cancellationToken);
    }

    // Never throws, and is not cancelled: a caller that stops waiting does not stop the telling.
    private async Task RetryAsync(StandingChange change, long end)
    {
        while (time.GetTimestamp() < end)
        {
            var left = TimeSpan.FromSeconds((end - time.GetTimestamp()) / (double)time.TimestampFrequency);
            await Task.Delay(left < options.AnnounceRetry ? left : options.AnnounceRetry, time, CancellationToken.None);
            if (!await TellAsync(change)) continue;
            metrics?.Announced(waited: true);
            return;
        }

        metrics?.Announced(waited: true);
        Log.LeaseOver(logger, change.RepositoryId, change.PersonId);
    }

    private async Task<bool> TellAsync(StandingChange change)
    {
        try
        {
            return await cache.ForgetAsync(change, CancellationToken.None);
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The decision cache could not be told of a change (repository {RepositoryId}, person {PersonId}); a revocation is answered once it is told, or after {Lease}.")]
        public static partial void NotTold(ILogger logger, string? repositoryId, string? personId, TimeSpan lease);

        [LoggerMessage(2, LogLevel.Warning, "The decision cache was not told of a change (repository {RepositoryId}, person {PersonId}), but every older entry has run out.")]
        public static partial void LeaseOver(ILogger logger, string? repositoryId, string? personId);

        [LoggerMessage(3, LogLevel.Warning, "The decision cache failed to take a change.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
