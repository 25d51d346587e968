using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using RepoHost.Git;

namespace RepoHost.Accounts.Limits;

/// <summary>
/// Counts every repository anew once a day, one after another, and whenever its packs were rolled up; at the first start, those that no count was kept of.
/// </summary>
internal sealed partial class StorageUpkeep(StorageRecount recount, RepositoryUpkeep packs, TimeProvider time, ILogger<StorageUpkeep> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    // One that finds no place is counted with the others, within a day.
    private readonly Channel<string> rolledUp = Channel.CreateBounded<string>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        packs.RolledUp += Note;
        try
        {
            await Task.WhenAll(CountDailyAsync(stoppingToken), CountRolledUpAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            packs.RolledUp -= Note;
        }
    }

    private void Note(string repositoryId) => rolledUp.Writer.TryWrite(repositoryId);

    private async Task CountDailyAsync(CancellationToken cancellationToken)
    {
        // Off the start's own thread: the first look asks the database.
        await Task.Yield();
        using var timer = new PeriodicTimer(Pause, time);
        do
            await CountAllAsync(cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task CountRolledUpAsync(CancellationToken cancellationToken)
    {
        await foreach (var repositoryId in rolledUp.Reader.ReadAllAsync(cancellationToken))
            await TryCountAsync(repositoryId, cancellationToken);
    }

    private async Task CountAllAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Life;
        string? last = null;
        try
        {
            while (await recount.DueAsync(since, last, cancellationToken) is { Count: > 0 } due)
            {
                foreach (var repositoryId in due)
                    await TryCountAsync(repositoryId, cancellationToken);
                last = due[^1];
            }
        }
        catch (DbException e)
        {
            Log.NotAsked(logger, e);
        }
    }

    private async Task TryCountAsync(string repositoryId, CancellationToken cancellationToken)
    {
        try
        {
            await recount.CountAsync(repositoryId, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RepositoryBusyException or DbException or DbUpdateException)
        {
            Log.NotCounted(logger, repositoryId, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The storage of repository {RepositoryId} could not be counted; it is tried again within an hour")]
        public static partial void NotCounted(ILogger logger, string repositoryId, Exception cause);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not be asked which repositories' storage is to be counted")]
        public static partial void NotAsked(ILogger logger, Exception cause);
    }
}
