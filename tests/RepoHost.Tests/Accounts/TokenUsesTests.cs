using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class TokenUsesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_use_is_written_behind_the_requests_at_most_once_a_minute()
    {
        await using var rooms = await Rooms.OpenAsync();
        var ada = await rooms.AddUserAsync("ada");
        var token = await rooms.Tokens.IssueAsync(ada, "a", TokenRole.Read, null, Cancel);
        var marker = await rooms.Tokens.IssueAsync(ada, "marker", TokenRole.Read, null, Cancel);
        var first = rooms.Time.GetUtcNow();
        using var uses = rooms.Services.GetRequiredService<TokenUses>();
        await uses.StartAsync(Cancel);

        await rooms.AskAsync($"Bearer {token.Text}");
        rooms.Time.Advance(TimeSpan.FromSeconds(59));
        await rooms.AskAsync($"Bearer {token.Text}");
        // Uses are written in order, so once the marker's is there the others are decided.
        await rooms.AskAsync($"Bearer {marker.Text}");
        await UsedAtAsync(rooms, marker.Id, first.AddSeconds(59));
        Assert.Equal(first, await LastUsedAsync(rooms, token.Id));

        rooms.Time.Advance(TimeSpan.FromSeconds(1));
        await rooms.AskAsync($"Bearer {token.Text}");
        await UsedAtAsync(rooms, token.Id, first.AddSeconds(60));
        await uses.StopAsync(Cancel);
    }

    private static async Task UsedAtAsync(Rooms rooms, string tokenId, DateTimeOffset expected)
    {
        while (await LastUsedAsync(rooms, tokenId) != expected)
            Cancel.ThrowIfCancellationRequested();
    }

    private static async Task<DateTimeOffset?> LastUsedAsync(Rooms rooms, string tokenId)
    {
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        return (await db.AccessTokens.FindAsync([tokenId], Cancel))!.LastUsedAt;
    }
}
