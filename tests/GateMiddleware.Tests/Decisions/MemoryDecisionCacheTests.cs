using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Tests.Support;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace GateMiddleware.Tests.Decisions;

public sealed class MemoryDecisionCacheTests : DecisionCacheTests
{
    private static readonly DecisionKey Key = new("repo-1", "dana-id");
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected override Task<IDecisionCache> CreateAsync(GateOptions? options = null) =>
        Task.FromResult<IDecisionCache>(new MemoryDecisionCache(Options.Create(options ?? new GateOptions()), _time));

    [Fact]
    public async Task An_entry_ends_with_its_lease_counted_from_before_the_source_was_asked()
    {
        var cache = await CreateAsync();
        var ticket = Read(cache).Ticket;
        _time.Advance(TimeSpan.FromSeconds(20));
        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 1), ticket, Cancellation);
        Assert.NotNull(Read(cache).Standing);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(Read(cache).Standing);

        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 1), ticket, Cancellation);
        Assert.Null(Read(cache).Standing);
    }

    [Fact]
    public async Task A_tombstone_outlives_every_reader_that_began_before_it()
    {
        var cache = await CreateAsync();
        var slow = Read(cache).Ticket;
        await cache.ForgetAsync(new StandingChange("repo-1", "dana-id", 8, true), Cancellation);
        for (var second = 0; second < 120; second++)
        {
            await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 7), slow, Cancellation);
            Assert.Null(Read(cache).Standing);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task An_entry_of_another_epoch_is_not_used()
    {
        var cache = await CreateAsync();
        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 1), Read(cache, 5).Ticket, Cancellation);
        Assert.NotNull(Read(cache, 5).Standing);
        Assert.Null(Read(cache, 6).Standing);
        Assert.Null(Read(cache, 4).Standing);
    }

    [Fact]
    public async Task The_number_of_entries_is_bounded()
    {
        var cache = (MemoryDecisionCache)await CreateAsync(new GateOptions { MemoryCapacity = 100 });
        for (var person = 0; person < 1000; person++)
        {
            var key = new DecisionKey("repo-1", $"person-{person}");
            await cache.PutAsync(key, Gates.Standing(AccessState.Accepted, 1), Read(cache).Ticket, Cancellation);
            Assert.NotNull((await cache.ReadAsync(key, 0, Cancellation)).Standing);
            Assert.InRange(cache.Count, 1, 100);
        }
    }

    [Fact]
    public async Task More_changes_than_can_be_remembered_forget_more_and_never_less()
    {
        var cache = await CreateAsync(new GateOptions { MemoryCapacity = 100 });
        var slow = Read(cache).Ticket;
        await cache.ForgetAsync(new StandingChange("repo-1", "dana-id", 8, true), Cancellation);
        for (var person = 0; person < 300; person++) await cache.ForgetAsync(new StandingChange("repo-1", $"person-{person}", 9 + person, true), Cancellation);
        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 7), slow, Cancellation);
        Assert.Null(Read(cache).Standing);
        await cache.PutAsync(Key, Gates.Standing(AccessState.Accepted, 5000), Read(cache).Ticket, Cancellation);
        Assert.NotNull(Read(cache).Standing);
    }

    [Fact]
    public async Task A_warm_decision_is_synchronous_and_allocates_nothing()
    {
        var source = new FakeSource();
        source.Set("repo-1", "dana-id", Gates.Standing(AccessState.Accepted, 1));
        var gatekeeper = new Gatekeeper(source, await CreateAsync(), Gates.Options());
        var repository = Gates.Repository();
        for (var i = 0; i < 100; i++) await gatekeeper.DecideAsync(repository, Gates.Dana, Cancellation);
        var (allowed, allocated) = DecideWarm(gatekeeper, repository, Cancellation);
        Assert.True(allowed);
        Assert.Equal(0, allocated);
        Assert.Equal(1, source.Reads);
    }

    private static CachedStanding Read(IDecisionCache cache, long epoch = 0)
    {
        var reading = cache.ReadAsync(Key, epoch, CancellationToken.None);
        return reading.IsCompletedSuccessfully ? reading.Result : throw new InvalidOperationException("An in-process look-up must not wait.");
    }

    private static (bool Allowed, long Allocated) DecideWarm(Gatekeeper gatekeeper, GatedRepository repository, CancellationToken cancellationToken)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var allowed = true;
        for (var i = 0; i < 1000; i++)
        {
            var decision = gatekeeper.DecideAsync(repository, Gates.Dana, cancellationToken);
            allowed &= decision.IsCompletedSuccessfully && decision.Result.IsAllowed;
        }

        return (allowed, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
