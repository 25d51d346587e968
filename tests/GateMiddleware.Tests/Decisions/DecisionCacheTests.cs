using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Tests.Support;
using Xunit;

namespace GateMiddleware.Tests.Decisions;

/// <summary>What every cache must do. One short subclass per cache.</summary>
public abstract class DecisionCacheTests
{
    private static readonly DecisionKey Key = new("repo-1", "dana-id");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract Task<IDecisionCache> CreateAsync(GateOptions? options = null);

    [Fact]
    public async Task What_was_put_is_found_whole()
    {
        var cache = await CreateAsync();
        foreach (var standing in new[]
        {
            Gates.Standing(AccessState.Accepted, 7),
            Gates.Standing(AccessState.Rejected, long.MaxValue, AccessRelation.Member, "because: ä\n😀"),
            Gates.Standing(AccessState.Reset, long.MaxValue, AccessRelation.Steward, ""),
        })
        {
            var missed = await ReadAsync(cache, Key);
            if (missed.Standing is null) await PutAsync(cache, standing, missed.Ticket);
            else await PutAsync(cache, standing, await TicketAsync(cache));
            Assert.Equal(standing, (await ReadAsync(cache, Key)).Standing);
        }
    }

    [Fact]
    public async Task Nobody_else_finds_it()
    {
        var cache = await CreateAsync();
        await PutAsync(cache, Gates.Standing(AccessState.Accepted, 7), (await ReadAsync(cache, Key)).Ticket);
        foreach (var other in new[] { new DecisionKey("repo-1", "erin"), new DecisionKey("repo-2", "dana-id"), new DecisionKey("repo-1:dana", "id"), new DecisionKey("dana-id", "repo-1") })
            Assert.Null((await ReadAsync(cache, other)).Standing);
    }

    [Fact]
    public async Task An_older_version_never_replaces_a_newer_one()
    {
        var cache = await CreateAsync();
        var early = (await ReadAsync(cache, Key)).Ticket;
        await PutAsync(cache, Gates.Standing(AccessState.Rejected, 8), early);
        await PutAsync(cache, Gates.Standing(AccessState.Accepted, 7), early);
        Assert.Equal(AccessState.Rejected, (await ReadAsync(cache, Key)).Standing!.State);
    }

    [Theory]
    [InlineData("repo-1", "dana-id")]
    [InlineData("repo-1", null)]
    [InlineData(null, "dana-id")]
    public async Task A_forgotten_entry_is_gone_and_a_slow_reader_cannot_put_it_back(string? repository, string? person)
    {
        var cache = await CreateAsync();
        var slow = (await ReadAsync(cache, Key)).Ticket;
        await PutAsync(cache, Gates.Standing(AccessState.Accepted, 7), slow);

        Assert.True(await cache.ForgetAsync(new StandingChange(repository, person, 8, true), Cancellation));
        Assert.Null((await ReadAsync(cache, Key)).Standing);
        await PutAsync(cache, Gates.Standing(AccessState.Accepted, 7), slow);
        Assert.Null((await ReadAsync(cache, Key)).Standing);

        await PutAsync(cache, Gates.Standing(AccessState.Rejected, 8), (await ReadAsync(cache, Key)).Ticket);
        Assert.Equal(AccessState.Rejected, (await ReadAsync(cache, Key)).Standing!.State);
    }

    [Theory]
    [InlineData("repo-2", "dana-id")]
    [InlineData("repo-1", "erin")]
    [InlineData("repo-2", null)]
    [InlineData(null, "erin")]
    public async Task Other_entries_stay(string? repository, string? person)
    {
        var cache = await CreateAsync();
        await PutAsync(cache, Gates.Standing(AccessState.Accepted, 7), (await ReadAsync(cache, Key)).Ticket);
        await cache.ForgetAsync(new StandingChange(repository, person, 100, true), Cancellation);
        Assert.NotNull((await ReadAsync(cache, Key)).Standing);
    }

    [Fact]
    public async Task An_entry_that_already_knows_the_change_stays()
    {
        var cache = await CreateAsync();
        await PutAsync(cache, Gates.Standing(AccessState.Rejected, 8), (await ReadAsync(cache, Key)).Ticket);
        await cache.ForgetAsync(new StandingChange("repo-1", "dana-id", 8, true), Cancellation);
        await cache.ForgetAsync(new StandingChange("repo-1", "dana-id", 3, true), Cancellation);
        Assert.Equal(8, (await ReadAsync(cache, Key)).Standing!.Version);
    }

    [Fact]
    public async Task A_late_notice_of_an_old_change_does_not_lower_the_floor()
    {
        var cache = await CreateAsync();
        var slow = (await ReadAsync(cache, Key)).Ticket;
        await cache.ForgetAsync(new StandingChange("repo-1", null, 9, true), Cancellation);
        await cache.ForgetAsync(new StandingChange("repo-1", null, 4, true), Cancellation);
        await PutAsync(cache, Gates.Standing(AccessState.Accepted, 7), slow);
        Assert.Null((await ReadAsync(cache, Key)).Standing);
    }

    [Fact]
    public async Task Without_a_usable_ticket_nothing_is_kept()
    {
        var cache = await CreateAsync();
        await PutAsync(cache, Gates.Standing(AccessState.Accepted, 7), default);
        Assert.Null((await ReadAsync(cache, Key)).Standing);
    }

    /// <summary>
    /// In every round ten readers have read "accepted" and are held up, forty go on asking, and the revocation is announced in the
    /// middle; then the ten go on, and try to put what they have read.
    /// </summary>
    [Fact]
    public async Task No_allow_comes_after_an_announced_revocation_among_fifty_readers()
    {
        var source = new FakeSource();
        var gatekeeper = new Gatekeeper(source, await CreateAsync(), Gates.Options());
        for (var round = 0; round < 30; round++)
        {
            var (granted, revoked) = ((2 * round) + 1, (2 * round) + 2);
            source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, granted));
            await gatekeeper.AnnounceAsync(new StandingChange("repo-1", "dana-id", granted, false), Cancellation);

            var held = new HeldReads(10);
            source.AfterRead = held.HoldAsync;
            var inForce = false;
            using var stop = new CancellationTokenSource();
            var readers = Enumerable.Range(0, 50).Select(_ => Task.Run(() => CountLeaksAsync(gatekeeper, () => Volatile.Read(ref inForce), stop.Token))).ToArray();
            // A failed assertion must not leave readers running behind it.
            using var end = new Ending(() => { stop.Cancel(); held.Release(); });
            await held.AllHeld.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

            source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Rejected, revoked));
            await gatekeeper.AnnounceAsync(
                (round % 3) switch
                {
                    0 => new StandingChange("repo-1", "dana-id", revoked, true),
                    1 => new StandingChange("repo-1", null, revoked, true),
                    _ => new StandingChange(null, "dana-id", revoked, true),
                },
                Cancellation);
            Volatile.Write(ref inForce, true);

            held.Release();
            for (var i = 0; i < 20; i++) Assert.False((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
            await stop.CancelAsync();
            Assert.Equal(0, (await Task.WhenAll(readers)).Sum());
            Assert.False((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
        }
    }

    private static async Task<int> CountLeaksAsync(Gatekeeper gatekeeper, Func<bool> isInForce, CancellationToken stop)
    {
        var leaks = 0;
        var after = 0;
        // Each reader asks a few times after the revocation too, however soon it is told to stop.
        while (!stop.IsCancellationRequested || after is > 0 and < 5)
        {
            var inForce = isInForce();
            var decision = await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, CancellationToken.None);
            if (inForce && decision.IsAllowed) leaks++;
            if (inForce) after++;
            await Task.Yield();
        }

        return leaks;
    }

    private static async Task<CachedStanding> ReadAsync(IDecisionCache cache, DecisionKey key) => await cache.ReadAsync(key, 0, Cancellation);

    private static async Task PutAsync(IDecisionCache cache, AccessStanding standing, DecisionTicket ticket) => await cache.PutAsync(Key, standing, ticket, Cancellation);

    private static async Task<DecisionTicket> TicketAsync(IDecisionCache cache) => (await ReadAsync(cache, new DecisionKey("repo-none", "nobody"))).Ticket;

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    /// <summary>Holds the first reads between having read and handing out; the others pass.</summary>
    private sealed class HeldReads(int count)
    {
        private readonly TaskCompletionSource _allHeld = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _held;

        public Task AllHeld => _allHeld.Task;

        public async Task HoldAsync(AccessStanding standing, CancellationToken cancellationToken)
        {
            var place = Interlocked.Increment(ref _held);
            if (place > count) return;
            if (place == count) _allHeld.SetResult();
            await _released.Task;
        }

        public void Release() => _released.TrySetResult();
    }
}
