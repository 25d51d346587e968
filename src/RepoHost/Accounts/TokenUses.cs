using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// Writes down when tokens were last used: behind the requests, at most once a minute for each token. Under pressure uses are dropped, never requests slowed.
/// </summary>
internal sealed partial class TokenUses(IDbContextFactory<RepoHostDb> databases, TimeProvider time, ILogger<TokenUses> logger) : BackgroundService
{
    private readonly Channel<(string TokenId, DateTimeOffset At)> queue =
        Channel.CreateBounded<(string, DateTimeOffset)>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Note(CheckedToken token)
    {
        var now = time.GetUtcNow();
        if (token.IsUseToNote(now))
            queue.Writer.TryWrite((token.Id, now));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (tokenId, at) in queue.Reader.ReadAllAsync(stoppingToken))
                await WriteAsync(tokenId, at, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the last uses of its last minute are not worth waiting for.
        }
    }

    private async Task WriteAsync(string tokenId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await db.AccessTokens
                .Where(t => t.Id == tokenId && (t.LastUsedAt == null || t.LastUsedAt < at))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, at), cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.NotWritten(logger, tokenId, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The last use of token {TokenId} could not be written down.")]
        public static partial void NotWritten(ILogger logger, string tokenId, Exception fault);
    }
}
