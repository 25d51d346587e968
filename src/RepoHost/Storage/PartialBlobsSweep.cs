namespace RepoHost.Storage;

/// <summary>Removes unfinished uploads at the start and every hour.</summary>
internal sealed partial class PartialBlobsSweep(PartialBlobs uploads, TimeProvider time, ILogger<PartialBlobsSweep> logger) : BackgroundService
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
                Sweep();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private void Sweep()
    {
        try
        {
            uploads.Sweep();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Files in the way cost space, not the server.
            Log.NotSwept(logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Unfinished uploads could not be removed.")]
        public static partial void NotSwept(ILogger logger, Exception fault);
    }
}
