using Microsoft.Extensions.Time.Testing;
using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hosting;

/// <summary>Who gets a place, who waits, and who is next.</summary>
public sealed class FairPlacesTests
{
    private readonly FakeTimeProvider time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(4, 1, 1)]
    [InlineData(8, 2, 2)]
    [InlineData(9, 2, 2)]
    [InlineData(100, 25, 25)]
    public void A_caller_has_a_quarter_and_one_at_least_and_a_quarter_is_kept_for_newcomers(int total, int perCaller, int kept)
    {
        var shares = new FairShares(total);
        Assert.Equal((perCaller, kept), (shares.PerCaller, shares.ForNewcomers));
    }

    /// <summary>Letters are callers, in the order in which they ask: upper case is let in, lower case is not.</summary>
    [Theory]
    [InlineData(8, "AAa")]
    [InlineData(8, "AABBCCDdEef")]
    [InlineData(8, "AABBCDcdEFg")]
    [InlineData(8, "ABCDEFaGHi")]
    [InlineData(4, "AaBbCcDe")]
    [InlineData(1, "Aab")]
    [InlineData(2, "AaBc")]
    public void Who_is_let_in_follows_from_what_everybody_holds(int total, string asked)
    {
        var places = New(total);
        var got = string.Concat(asked.Select(c => places.TryEnter(char.ToUpperInvariant(c).ToString()) is null ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));
        Assert.Equal(asked, got);
    }

    [Fact]
    public async Task A_caller_with_many_requests_waits_and_a_newcomer_does_not()
    {
        var places = New(8);
        var held = await EnterAsync(places, "heavy", 2);
        var more = Enumerable.Range(0, 20).Select(_ => places.TryEnterAsync("heavy", Cancel).AsTask()).ToList();
        Assert.All(more, wait => Assert.False(wait.IsCompleted));
        Assert.NotNull(await places.TryEnterAsync("newcomer", Cancel));
        Assert.False(places.OthersWait("newcomer"), "who is held up by their own share alone waits for nobody's place");

        held[0].Dispose();
        Assert.NotNull(await more[0]);
        Assert.Equal((3, 19), places.Count);
    }

    [Fact]
    public async Task Callers_are_served_in_turn_and_who_has_none_comes_first()
    {
        var places = New(4, new FairShares(4) { PerCaller = 4, ForNewcomers = 0 });
        var held = new Queue<IDisposable>(await EnterAsync(places, "a", 4));
        var waits = new[] { "a", "b", "b", "b", "c", "c" }.Select(caller => (Caller: caller, Turn: places.TryEnterAsync(caller, Cancel).AsTask())).ToList();
        Assert.True(places.OthersWait("a"));
        var order = "";
        while (waits.Count > 0)
        {
            held.Dequeue().Dispose();
            var served = await Task.WhenAny(waits.Select(wait => wait.Turn));
            order += waits.Single(wait => wait.Turn == served).Caller;
            held.Enqueue((await served)!);
            waits.RemoveAll(wait => wait.Turn == served);
        }

        // b and c hold none; then a, who was first, and the others in turn.
        Assert.Equal("bcabcb", order);
    }

    [Fact]
    public async Task Waiting_ends_after_the_patience_and_leaves_nothing_behind()
    {
        var places = New(1);
        using var held = await places.TryEnterAsync("a", Cancel);
        var wait = places.TryEnterAsync("b", Cancel).AsTask();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(wait.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await wait);
        Assert.Equal((1, 0), places.Count);
        Assert.Equal(1, places.Callers);
    }

    [Fact]
    public async Task A_request_that_ends_while_it_waits_leaves_the_queue_and_the_next_is_served()
    {
        var places = New(1);
        var held = await places.TryEnterAsync("a", Cancel);
        using var gone = new CancellationTokenSource();
        var left = places.TryEnterAsync("b", gone.Token).AsTask();
        var next = places.TryEnterAsync("c", Cancel).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        held!.Dispose();
        (await next)!.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => places.TryEnterAsync("d", gone.Token).AsTask());
        Assert.Equal((0, 0), places.Count);
        Assert.Equal(0, places.Callers);
    }

    [Fact]
    public async Task Queues_are_bounded_for_one_caller_and_for_all()
    {
        var places = New(1, new FairShares(1) { WaitingPerCaller = 2, Waiting = 3 });
        using var held = await places.TryEnterAsync("a", Cancel);
        var waits = new[] { "b", "b", "c" }.Select(caller => places.TryEnterAsync(caller, Cancel).AsTask()).ToList();
        Assert.Null(await places.TryEnterAsync("b", Cancel));
        Assert.Null(await places.TryEnterAsync("d", Cancel));
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));

        var impatient = New(1, new FairShares(1) { Patience = TimeSpan.Zero });
        using var only = impatient.TryEnter("a");
        Assert.Null(await impatient.TryEnterAsync("b", Cancel));
    }

    [Fact]
    public void A_place_that_is_given_back_twice_counts_once()
    {
        var places = New(2);
        var first = places.TryEnter("a")!;
        first.Dispose();
        first.Dispose();
        Assert.Equal((0, 0), places.Count);
        Assert.NotNull(places.TryEnter("a"));
        Assert.NotNull(places.TryEnter("b"));
        Assert.Null(places.TryEnter("c"));
    }

    /// <summary>Callers come, work, fail, leave and give up in any order: the bounds always hold, and in the end everything is free.</summary>
    [Fact]
    public async Task Whatever_callers_do_no_bound_is_broken_and_no_place_is_lost()
    {
        var places = new FairPlaces(new FairShares(8) { Patience = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var inside = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var (all, broken) = (0, 0);
        async Task VisitAsync(int seed)
        {
            var caller = $"caller {seed % 6}";
            using var gone = new CancellationTokenSource();
            if (seed / 6 % 4 == 0)
                gone.CancelAfter(seed % 5);
            try
            {
                using var place = await places.TryEnterAsync(caller, gone.Token);
                if (place is null)
                    return;
                if (inside.AddOrUpdate(caller, 1, (_, n) => n + 1) > 2 || Interlocked.Increment(ref all) > 8)
                    Interlocked.Increment(ref broken);
                await Task.Yield();
                Interlocked.Decrement(ref all);
                inside.AddOrUpdate(caller, 0, (_, n) => n - 1);
                if (seed / 24 % 3 == 0)
                    throw new InvalidOperationException();
            }
            catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
            {
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(seed => Task.Run(() => VisitAsync(seed), Cancel)));
        Assert.Equal(0, broken);
        Assert.Equal((0, 0), places.Count);
        Assert.Equal(0, places.Callers);
    }

    private FairPlaces New(int total, FairShares? shares = null) => new(shares ?? new FairShares(total), time);

    private static async Task<List<IDisposable>> EnterAsync(FairPlaces places, string caller, int count)
    {
        var held = new List<IDisposable>();
        for (var i = 0; i < count; i++)
            held.Add((await places.TryEnterAsync(caller, Cancel))!);
        return held;
    }
}
