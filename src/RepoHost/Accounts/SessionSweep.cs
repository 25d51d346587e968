using System.Data.Common;

namespace RepoHost.Accounts;

/// <summary>Removes the rows of sessions that have ended by themselves, at the start and every hour.</summary>
internal sealed partial class SessionSweep(BrowserSessions sessions, TimeProvider time, ILogger<SessionSweep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host waits for the first piece of this method.
        await Task.Yield();
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        try
        {
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sessions.SweepAsync(cancellationToken);
        }
        catch (DbException fault)
        {
            // They are of no use to anybody; the next time will do.
            Log.NotSwept(logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Sessions that have ended could not be removed.")]
        public static partial void NotSwept(ILogger logger, Exception fault);
    }
}
