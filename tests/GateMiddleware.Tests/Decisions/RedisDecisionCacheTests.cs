using System.Diagnostics;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Tests.Support;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Xunit;

namespace GateMiddleware.Tests.Decisions;

public sealed class RedisDecisionCacheTests(RedisServer redis) : DecisionCacheTests, IClassFixture<RedisServer>, IAsyncLifetime
{
    private static readonly DecisionKey Key = new("repo-1", "dana-id");
    private readonly List<RedisDecisionCache> _caches = [];
    private readonly List<ConnectionMultiplexer> _connections = [];
    private readonly string _prefix = $"test-{Guid.NewGuid():N}:";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var cache in _caches) await cache.DisposeAsync();
        foreach (var connection in _connections) await connection.DisposeAsync();
    }

    private protected override async Task<IDecisionCache> CreateAsync(GateOptions? options = null) => await ConnectAsync(options);

    private async Task<RedisDecisionCache> ConnectAsync(GateOptions? options = null)
    {
        redis.Require();
        // A busy build machine may hold even a loopback answer up; only the test of a silent Redis wants a short limit.
        options ??= new GateOptions { RedisTimeout = TimeSpan.FromSeconds(3) };
        options.RedisKeyPrefix = _prefix;
        options.RedisProbeInterval = TimeSpan.FromMilliseconds(50);
        var cache = new RedisDecisionCache(redis.ConnectionString, Options.Create(options));
        _caches.Add(cache);
        await cache.WaitUntilAvailableAsync(Cancellation);
        return cache;
    }

    [Fact]
    public async Task A_revocation_on_one_node_is_in_force_on_the_other()
    {
        var source = new FakeSource();
        source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        var (one, other) = (await NodeAsync(source), await NodeAsync(source));
        Assert.True((await other.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
        Assert.True((await one.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
        Assert.Equal(1, source.Reads);

        source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Rejected, 2, reason: "no"));
        await one.AnnounceAsync(new StandingChange("repo-1", "dana-id", 2, true), Cancellation);
        Assert.Equal(new AccessDecision(AccessVerdict.Rejected, "no"), await other.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation));
    }

    [Fact]
    public async Task Entries_end_with_the_lease_and_floors_live_longer()
    {
        var cache = await ConnectAsync();
        var database = await DatabaseAsync();
        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 1), (await cache.ReadAsync(Key, 0, Cancellation)).Ticket, Cancellation);
        await cache.ForgetAsync(new StandingChange(null, "dana-id", 1, true), Cancellation);
        Assert.InRange((await database.KeyTimeToLiveAsync(_prefix + "entry:6:repo-1:dana-id"))!.Value.TotalSeconds, 20, 30);
        Assert.InRange((await database.KeyTimeToLiveAsync(_prefix + "person:dana-id"))!.Value.TotalSeconds, 45, 60);
    }

    [Fact]
    public async Task An_answer_older_than_its_lease_is_not_kept()
    {
        var cache = await ConnectAsync();
        var ticket = (await cache.ReadAsync(Key, 0, Cancellation)).Ticket;
        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 1), ticket with { ReadAt = ticket.ReadAt - 27_000 }, Cancellation);
        Assert.Null((await cache.ReadAsync(Key, 0, Cancellation)).Standing);
    }

    /// <summary>A Redis that restarts empty has forgotten its floors, too: an answer that was under way then must not be kept.</summary>
    [Fact]
    public async Task After_a_flush_a_slow_reader_from_before_keeps_nothing()
    {
        var cache = await ConnectAsync();
        var slow = (await cache.ReadAsync(Key, 0, Cancellation)).Ticket;
        await cache.ForgetAsync(new StandingChange("repo-1", "dana-id", 2, true), Cancellation);
        await (await DatabaseAsync()).ExecuteAsync("FLUSHDB");
        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 1), slow, Cancellation);
        await cache.ReadAsync(Key, 0, Cancellation);
        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 1), slow, Cancellation);
        Assert.Null((await cache.ReadAsync(Key, 0, Cancellation)).Standing);
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("000000000000000000192-")]
    [InlineData("000000000000000000102-x")]
    [InlineData("000000000000000000109-")]
    [InlineData("-00000000000000000102-")]
    [InlineData("")]
    public async Task A_value_that_no_gate_has_written_is_a_miss(string value)
    {
        var cache = await ConnectAsync();
        await (await DatabaseAsync()).StringSetAsync(_prefix + "entry:6:repo-1:dana-id", value);
        Assert.Null((await cache.ReadAsync(Key, 0, Cancellation)).Standing);
    }

    [Fact]
    public async Task Keys_and_values_hold_ids_and_states_only()
    {
        var source = new FakeSource();
        source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        await (await NodeAsync(source)).DecideAsync(Gates.Repository(), Gates.Dana, Cancellation);
        var database = await DatabaseAsync();
        var keys = database.Multiplexer.GetServers()[0].Keys(pattern: _prefix + "*").Select(key => key.ToString()[_prefix.Length..]).Order().ToArray();
        Assert.Equal(["entry:6:repo-1:dana-id", "generation"], keys);
        Assert.Equal("000000000000000000102-", (string?)await database.StringGetAsync(_prefix + keys[0]));
    }

    [Fact]
    public async Task A_killed_Redis_costs_no_time_and_is_used_again_when_it_is_back()
    {
        var (source, cache) = (new FakeSource(), await ConnectAsync());
        source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        var gatekeeper = new Gatekeeper(source, cache, Gates.Options());
        await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation);

        await redis.KillAsync();
        await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation);
        await AssertQuickAsync(gatekeeper, source);
        source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Rejected, 2));
        Assert.False((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);

        await redis.StartAsync();
        await cache.WaitUntilAvailableAsync(Cancellation);
        await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation);
        var reads = source.Reads;
        await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation);
        Assert.Equal(reads, source.Reads);
    }

    [Fact]
    public async Task A_Redis_that_accepts_and_never_answers_costs_one_time_out_and_no_more()
    {
        var (source, cache) = (new FakeSource(), await ConnectAsync(new GateOptions { RedisTimeout = TimeSpan.FromMilliseconds(250) }));
        source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        var gatekeeper = new Gatekeeper(source, cache, Gates.Options());
        await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation);

        await redis.SignalAsync("STOP");
        try
        {
            Assert.True((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
            await AssertQuickAsync(gatekeeper, source);
        }
        finally
        {
            await redis.SignalAsync("CONT");
        }

        await cache.WaitUntilAvailableAsync(Cancellation);
    }

    [Fact]
    public async Task A_revocation_while_Redis_is_down_waits_until_it_can_be_told()
    {
        var (source, cache) = (new FakeSource(), await ConnectAsync());
        var gatekeeper = new Gatekeeper(source, cache, Gates.Options(options => options.AnnounceRetry = TimeSpan.FromMilliseconds(20)));
        await redis.KillAsync();
        var announcing = gatekeeper.AnnounceAsync(new StandingChange("repo-1", "dana-id", 2, true), Cancellation);
        await gatekeeper.AnnounceAsync(new StandingChange("repo-1", "erin", 2, false), Cancellation);
        Assert.False(announcing.IsCompleted);

        await redis.StartAsync();
        await announcing;
        Assert.Equal("0000000000000000002", (string?)await (await DatabaseAsync()).StringGetAsync(_prefix + "floor:6:repo-1:dana-id"));
    }

    [Fact]
    public async Task A_host_whose_Redis_was_never_there_asks_the_source()
    {
        var source = new FakeSource();
        source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        await using var cache = new RedisDecisionCache("127.0.0.1:1", Gates.Options());
        var gatekeeper = new Gatekeeper(source, cache, Gates.Options());
        await AssertQuickAsync(gatekeeper, source);
        Assert.False(cache.IsAvailable);
    }

    private async Task<Gatekeeper> NodeAsync(FakeSource source) => new(source, await ConnectAsync(), Gates.Options());

    private async Task<IDatabase> DatabaseAsync()
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
        _connections.Add(connection);
        return connection.GetDatabase();
    }

    private static async Task AssertQuickAsync(Gatekeeper gatekeeper, FakeSource source)
    {
        var (clock, reads) = (Stopwatch.StartNew(), source.Reads);
        for (var i = 0; i < 500; i++) Assert.True((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
        Assert.Equal(reads + 500, source.Reads);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"500 decisions took {clock.Elapsed}");
    }
}
