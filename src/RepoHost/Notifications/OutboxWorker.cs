using RepoHost.Data;

namespace RepoHost.Notifications;

/// <summary>Looks for mails to make and to send: when this process has written a row, and every few seconds for the rows of other processes and for what becomes due.</summary>
internal sealed partial class OutboxWorker(
    RequestNotices notices, MailDelivery delivery, OutboxBell bell, IHostApplicationLifetime host, TimeProvider time, ILogger<OutboxWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenCleanUps = TimeSpan.FromMinutes(10);

    /// <summary>Longer than anything can wait; a key that comes again after this time is a new event.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(40);

    private int failures;
    private DateTimeOffset notBefore;
    private DateTimeOffset cleanUpAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Mails hold addresses of ours, which may only be known when the server listens.
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (host.ApplicationStarted.Register(started.SetResult))
                await started.Task.WaitAsync(stoppingToken);
            while (true)
            {
                if (!await TryRoundAsync(stoppingToken))
                    await bell.WaitAsync(Look, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what waits is in the database.
        }
    }

    private async Task<bool> TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RoundAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Only the kind of fault: its words may come from a mail.
            Log.RoundFailed(logger, fault.GetType().Name, fault.StackTrace);
            return false;
        }
    }

    /// <returns>True when there may be more to do at once.</returns>
    private async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var more = await notices.AddressAsync(cancellationToken);
        if (!more)
            more = await notices.GatherAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (now >= notBefore)
        {
            var round = await delivery.DeliverAsync(cancellationToken);
            NoteServer(round.Server);
            more |= round.More;
        }

        if (now >= cleanUpAt)
        {
            cleanUpAt = now + BetweenCleanUps;
            await delivery.RemoveAsync(now - Kept, cancellationToken);
            await notices.RemoveAsync(now - Kept, cancellationToken);
        }

        return more;
    }

    private void NoteServer(MailFailure? failure)
    {
        if (failure is null)
        {
            failures = 0;
            return;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(failures++, 10));
        pause = pause < LongestPause ? pause : LongestPause;
        notBefore = time.GetUtcNow() + pause;
        Log.ServerFailed(logger, failure.Code, pause.TotalSeconds);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The mail server takes no mail at the moment: {Code}. The next attempt is in {Seconds} s; mails wait meanwhile. 'mail test ADDRESS' says more.")]
        public static partial void ServerFailed(ILogger logger, string code, double seconds);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Mails could not be looked for: {Fault}. It is tried again. {Trace}")]
        public static partial void RoundFailed(ILogger logger, string fault, string? trace);
    }
}
