using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// Writes down when sessions were last used, and from where: behind the requests, at most once in <see cref="Interval"/> for each. Under pressure uses are
/// dropped, never requests slowed.
/// </summary>
internal sealed partial class SessionUses(IDbContextFactory<RepoHostDb> databases, TimeProvider time, ILogger<SessionUses> logger) : BackgroundService
{
    /// <summary>Sessions live for a day at least, so a few minutes don't matter to their end.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly Channel<(string SessionId, string Address, DateTimeOffset At)> queue =
        Channel.CreateBounded<(string, string, DateTimeOffset)>(
            new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Note(CheckedSession session, HttpContext context)
    {
        var now = time.GetUtcNow();
        if (session.IsUseToNote(now))
            queue.Writer.TryWrite((session.Id, AddressOf(context), now));
    }

    /// <summary>Where a request comes from, as far as trusted proxies say; empty when that is not known.</summary>
    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress is not { } address ? ""
        : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (sessionId, address, at) in queue.Reader.ReadAllAsync(stoppingToken))
                await WriteAsync(sessionId, address, at, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the last uses are not worth waiting for.
        }
    }

    private async Task WriteAsync(string sessionId, string address, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await db.Sessions.Where(s => s.Id == sessionId && s.LastUsedAt < at)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastUsedAt, at).SetProperty(s => s.Address, address), cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.NotWritten(logger, sessionId, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The last use of session {SessionId} could not be written down.")]
        public static partial void NotWritten(ILogger logger, string sessionId, Exception fault);
    }
}
