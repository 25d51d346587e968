using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace GateMiddleware.Tests.Decisions;

public sealed class GatekeeperTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeSource _source = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GateMode.Open, "dana-id", AccessVerdict.Allowed)]
    [InlineData(GateMode.Open, null, AccessVerdict.Allowed)]
    [InlineData(GateMode.Manual, null, AccessVerdict.AuthenticationRequired)]
    public async Task Open_repositories_and_nobody_need_no_look_up(GateMode mode, string? person, AccessVerdict expected)
    {
        _source.Failure = new InvalidOperationException();
        var gatekeeper = new Gatekeeper(_source, new BrokenCache(), Gates.Options());
        Assert.Equal(expected, (await gatekeeper.DecideAsync(Gates.Repository(mode), new GatePerson(person), Cancellation)).Verdict);
        Assert.Equal(0, _source.Reads);
    }

    [Fact]
    public async Task A_source_that_fails_means_unavailable_and_nothing_is_kept()
    {
        var gatekeeper = Keeper();
        _source.Failure = new InvalidOperationException("database is gone");
        Assert.Equal(AccessVerdict.Unavailable, (await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).Verdict);
        _source.Failure = null;
        _source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        Assert.True((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
    }

    [Fact]
    public async Task A_source_that_hangs_is_given_five_seconds()
    {
        var forever = new TaskCompletionSource();
        _source.AfterRead = (_, _) => forever.Task;
        var deciding = Keeper().DecideAsync(Gates.Repository(), Gates.Dana, Cancellation).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(deciding.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(AccessVerdict.Unavailable, (await deciding).Verdict);
    }

    [Fact]
    public async Task A_request_that_ends_is_not_answered_at_all()
    {
        using var ended = new CancellationTokenSource();
        _source.AfterRead = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token);
        var deciding = Keeper().DecideAsync(Gates.Repository(), Gates.Dana, ended.Token).AsTask();
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => deciding);
    }

    [Fact]
    public async Task A_cache_that_throws_means_that_the_source_is_asked()
    {
        _source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        foreach (var cache in new[] { new BrokenCache(), new BrokenCache { Later = true } })
            Assert.True((await new Gatekeeper(_source, cache, Gates.Options()).DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
    }

    [Fact]
    public async Task Another_process_is_noticed_by_the_epoch()
    {
        var epoch = new Epoch();
        var gatekeeper = new Gatekeeper(_source, new MemoryDecisionCache(Gates.Options(), _time), Gates.Options(), epoch, _time);
        _source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        Assert.True((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
        _source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Rejected, 2));
        Assert.True((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
        epoch.Value++;
        Assert.False((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
    }

    [Fact]
    public async Task A_change_during_a_slow_read_by_another_process_is_noticed_too()
    {
        var epoch = new Epoch();
        var gatekeeper = new Gatekeeper(_source, new MemoryDecisionCache(Gates.Options(), _time), Gates.Options(), epoch, _time);
        _source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        _source.AfterRead = (_, _) =>
        {
            _source.AfterRead = null;
            _source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Rejected, 2));
            epoch.Value++;
            return Task.CompletedTask;
        };
        await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation);
        Assert.False((await gatekeeper.DecideAsync(Gates.Repository(), Gates.Dana, Cancellation)).IsAllowed);
    }

    [Fact]
    public async Task A_revocation_that_cannot_be_told_is_answered_when_the_lease_is_over()
    {
        var cache = new BrokenCache { Quiet = true };
        var announcing = Keeper(cache).AnnounceAsync(new StandingChange("repo-1", "dana-id", 2, true), Cancellation);
        for (var quarter = 1; quarter <= 119; quarter++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await cache.ToldAsync(quarter + 1);
            Assert.False(announcing.IsCompleted);
        }

        _time.Advance(TimeSpan.FromMilliseconds(250));
        await announcing;
    }

    [Fact]
    public async Task A_revocation_is_answered_as_soon_as_the_cache_is_told()
    {
        var cache = new BrokenCache { Quiet = true };
        var announcing = Keeper(cache).AnnounceAsync(new StandingChange("repo-1", "dana-id", 2, true), Cancellation);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await cache.ToldAsync(2);
        Assert.False(announcing.IsCompleted);
        cache.Reachable = true;
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await announcing;
        Assert.Equal(3, cache.Told);
    }

    [Fact]
    public async Task A_change_that_gives_access_does_not_wait_but_is_told_later()
    {
        var cache = new BrokenCache { Quiet = true };
        await Keeper(cache).AnnounceAsync(new StandingChange("repo-1", "dana-id", 2, false), Cancellation);
        Assert.Equal(1, cache.Told);
        cache.Reachable = true;
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await cache.ToldAsync(2);
    }

    [Fact]
    public async Task A_caller_who_stops_waiting_does_not_stop_the_telling()
    {
        var cache = new BrokenCache { Quiet = true };
        using var gone = new CancellationTokenSource();
        var announcing = Keeper(cache).AnnounceAsync(new StandingChange("repo-1", "dana-id", 2, true), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => announcing);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await cache.ToldAsync(2);
    }

    [Fact]
    public void A_change_names_somebody_or_something() => Assert.Throws<ArgumentException>(() => new StandingChange(null, null, 1, true));

    private Gatekeeper Keeper(IDecisionCache? cache = null) =>
        new(_source, cache ?? new MemoryDecisionCache(Gates.Options(), _time), Gates.Options(), null, _time);

    private sealed class Epoch : IDecisionEpoch
    {
        public long Value { get; set; }

        public long Read(string repositoryId, string personId) => Value;
    }

    /// <summary>A cache that fails, and counts what it was told.</summary>
    private sealed class BrokenCache : IDecisionCache
    {
        private readonly Lock _counting = new();
        private readonly List<(int Count, TaskCompletionSource Done)> _waiting = [];

        public bool Later { get; init; }

        public bool Quiet { get; init; }

        public bool Reachable { get; set; }

        public int Told { get; private set; }

        public Task ToldAsync(int count)
        {
            lock (_counting)
            {
                if (Told >= count) return Task.CompletedTask;
                var done = new TaskCompletionSource();
                _waiting.Add((count, done));
                return done.Task.WaitAsync(TimeSpan.FromSeconds(30));
            }
        }

        public async ValueTask<CachedStanding> ReadLaterAsync()
        {
            await Task.Yield();
            throw new InvalidOperationException("broken");
        }

        public ValueTask<CachedStanding> ReadAsync(DecisionKey key, long epoch, CancellationToken cancellationToken) =>
            Later ? ReadLaterAsync() : throw new InvalidOperationException("broken");

        public ValueTask PutAsync(DecisionKey key, AccessStanding standing, DecisionTicket ticket, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("broken");

        public ValueTask<bool> ForgetAsync(StandingChange change, CancellationToken cancellationToken)
        {
            lock (_counting)
            {
                Told++;
                foreach (var (count, done) in _waiting)
                    if (count <= Told) done.TrySetResult();
            }

            return Quiet || Reachable ? ValueTask.FromResult(Reachable) : throw new InvalidOperationException("broken");
        }
    }
}
