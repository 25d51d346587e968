using System.Diagnostics;
using System.Net.Http.Json;
using RepoHost.EndToEnd.Access;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Redis;

/// <summary>Decisions kept in a real Redis: it makes answers fast and is never needed for right ones.</summary>
public sealed class RedisTests : IAsyncLifetime
{
    private const string Id = "acme/weights";

    /// <summary>Well under the seconds that a client library waits for an answer that doesn't come.</summary>
    private static readonly TimeSpan NoTimeOut = TimeSpan.FromSeconds(1);

    private readonly RedisServer redis = new();
    private HubServer? server;
    private string owner = "";
    private string reader = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Requires.Tool("redis-server");
        Requires.Tool("redis-cli");
        await redis.StartAsync(Cancelled);
        server = await HubServer.StartAsync(new Dictionary<string, string> { ["ConnectionStrings__Redis"] = redis.ConnectionString, ["Gating__LeaseSeconds"] = "5" });
        string[] tokens = await Task.WhenAll(server.AddPersonAsync("author", "write"), server.AddPersonAsync("dana"));
        (owner, reader) = (tokens[0], tokens[1]);
        await server.RunAsync("org", "add", "acme", "--admin", "author");
        await server.AddLargeRepositoryAsync(Id, 100_003);
        using var author = server.As(owner);
        using var granted = await author.PostAsJsonAsync($"/api/models/{Id}/user-access-request/grant", new { user = "dana" }, Cancelled);
        Assert.Equal(200, (int)granted.StatusCode);
    }

    [Fact]
    public async Task After_the_answer_to_a_rejection_no_new_download_is_served()
    {
        await RevocationStory.TellAsync(server!, Id, owner, "dana", reader, rounds: 5);

        Assert.NotEqual("0", await redis.AskAsync("DBSIZE"));
    }

    [Fact]
    public async Task A_dead_Redis_costs_neither_right_answers_nor_time()
    {
        await DownloadIsAsync(200);
        await redis.KillAsync(Cancelled);

        for (var i = 0; i < 20; i++)
            await DownloadIsAsync(200, within: NoTimeOut);
        await ReviewAsync("rejected");
        for (var i = 0; i < 20; i++)
            await DownloadIsAsync(403, within: NoTimeOut);
        await ReviewAsync("accepted");
        await DownloadIsAsync(200, within: NoTimeOut);

        await redis.StartAsync(Cancelled);
        await UsedAgainAsync();
        await ReviewAsync("rejected");
        await DownloadIsAsync(403);
    }

    [Fact]
    public async Task The_server_starts_without_the_Redis_it_was_told_of()
    {
        await redis.KillAsync(Cancelled);

        await server!.RestartAsync();

        await DownloadIsAsync(200);
        await ReviewAsync("rejected");
        await DownloadIsAsync(403);
    }

    [Fact]
    public async Task Nothing_in_Redis_names_a_person_a_token_or_an_address()
    {
        await DownloadIsAsync(200);

        // Whatever the kind of an entry, its serialized form holds the text.
        var everything = await redis.AskAsync("EVAL", "local t={} for _,k in ipairs(redis.call('KEYS','*')) do t[#t+1]=k..' '..redis.call('DUMP',k) end return table.concat(t,'\\n')", "0");

        Assert.NotEqual("", everything);
        Assert.DoesNotContain("dana", everything, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hf_", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", everything, StringComparison.OrdinalIgnoreCase);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        await redis.DisposeAsync();
    }

    /// <summary>The connection comes back by itself; each download is another chance for it to be used.</summary>
    private async Task UsedAgainAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (await redis.AskAsync("DBSIZE") == "0")
        {
            patience.Token.ThrowIfCancellationRequested();
            await DownloadIsAsync(200);
        }
    }

    private async Task DownloadIsAsync(int status, TimeSpan? within = null)
    {
        using var client = server!.As(reader);
        var began = Stopwatch.GetTimestamp();
        using var response = await client.GetAsync($"/{Id}/resolve/main/weights.bin", Cancelled);
        Assert.Equal(status, (int)response.StatusCode);
        if (within is { } limit)
            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, limit);
    }

    private async Task ReviewAsync(string status)
    {
        using var author = server!.As(owner);
        using var response = await author.PostAsJsonAsync($"/api/models/{Id}/user-access-request/handle", new { user = "dana", status }, Cancelled);
        Assert.Equal(200, (int)response.StatusCode);
    }
}
