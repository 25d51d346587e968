using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>
/// Compares what is written down of each repository with its refs, once after the start and then every few hours, and indexes those that differ: after the first
/// start of a new version, after a crash between a change and its note, after another program moved refs. What is done is written, so a sweep that was cut off goes
/// on where it was. In between it looks at what others noticed (<see cref="StaleEntries"/>).
/// </summary>
internal sealed partial class CatalogSweep(RepositoryCatalog catalog, GitRepositories repositories, RepositoryIndexer indexer, StaleEntries stale, ILogger<CatalogSweep> logger) : BackgroundService
{
    private const int PageSize = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start does not wait for it.
        await Task.Yield();
        try
        {
            while (true)
            {
                await TryAsync(null, () => SweepAsync(stoppingToken));
                using var next = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                next.CancelAfter(Interval);
                await FollowNoticesAsync(next.Token, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next start goes on.
        }
    }

    /// <returns>How many were indexed anew.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var indexed = 0;
        string? after = null;
        while (true)
        {
            var page = await catalog.TipsAsync(after, PageSize, cancellationToken);
            foreach (var known in page)
            {
                var begun = TimeProvider.System.GetTimestamp();
                if (!await TryAsync(known.RepositoryId, () => LookAsync(known, cancellationToken)))
                    continue;
                indexed++;
                // Half of one core at most: whoever uses the server meanwhile goes first.
                await Task.Delay(TimeProvider.System.GetElapsedTime(begun), cancellationToken);
            }

            if (page.Count < PageSize)
                break;
            after = page[^1].RepositoryId;
        }

        if (indexed > 0)
            Log.Swept(logger, indexed);
        return indexed;
    }

    private async Task FollowNoticesAsync(CancellationToken untilNextSweep, CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var id in stale.Noticed.ReadAllAsync(untilNextSweep))
                await TryAsync(id, async () => await catalog.TipAsync(id, stoppingToken) is { } known && await LookAsync(known, stoppingToken));
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Time for the next sweep.
        }
    }

    /// <summary>True when it had to be indexed, and was.</summary>
    private async Task<bool> LookAsync(IndexedTip known, CancellationToken cancellationToken)
    {
        var (branch, tip) = repositories.Open(known.RepositoryId).DefaultBranchNow();
        if (known.Format == CatalogEntry.CurrentFormat && known.Branch == branch && known.Tip == tip?.ToString())
            return false;
        return await indexer.ReindexAsync(known.RepositoryId, cancellationToken);
    }

    private async Task<bool> TryAsync(string? repositoryId, Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (RepositoryIndexer.IsTrouble(e))
        {
            Log.Failed(logger, repositoryId ?? "(all)", e);
            return false;
        }
    }

    private async Task TryAsync(string? repositoryId, Func<Task<int>> work) => await TryAsync(repositoryId, async () => await work() > 0);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} repositories were indexed for lists and searches")]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {RepositoryId} could not be indexed; lists show what they knew")]
        public static partial void Failed(ILogger logger, string repositoryId, Exception cause);
    }
}
