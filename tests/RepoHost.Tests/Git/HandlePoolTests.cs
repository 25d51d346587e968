using Microsoft.Extensions.Time.Testing;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class HandlePoolTests : IDisposable
{
    private readonly TestRepository test = new();
    private readonly FakeTimeProvider time = new();
    private readonly HandlePool pool;

    public HandlePoolTests() => pool = new HandlePool(2, time);

    public void Dispose()
    {
        pool.Dispose();
        test.Dispose();
    }

    [Fact]
    public void A_handle_is_used_again()
    {
        var first = pool.Use(test.Folder, handle => handle);
        Assert.Same(first, pool.Use(test.Folder, handle => handle));
        Assert.Equal(1, pool.IdleCount);
    }

    [Fact]
    public void A_handle_that_met_a_fault_is_not_kept()
    {
        Assert.Throws<InvalidOperationException>(() => pool.Use<int>(test.Folder, _ => throw new InvalidOperationException()));
        Assert.Equal(0, pool.IdleCount);
        Assert.ThrowsAny<Exception>(() => pool.Use(test.Folder + "x", _ => 0));
        Assert.Equal(0, pool.Use(test.Folder, _ => 0));
    }

    [Fact]
    public void Kept_handles_are_bounded_and_closed_when_idle()
    {
        var folders = Enumerable.Range(0, 4).Select(_ => test.Repositories.Create(RepoHost.Data.HubId.New()).Folder).ToArray();
        foreach (var folder in folders)
            pool.Use(folder, _ => 0);
        Assert.Equal(2, pool.IdleCount);
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, pool.IdleCount);
    }

    [Fact]
    public void A_handle_in_use_while_its_repository_is_forgotten_is_closed_on_return()
    {
        pool.Use(test.Folder, _ =>
        {
            pool.Forget(test.Folder);
            return 0;
        });
        Assert.Equal(0, pool.IdleCount);
    }

    [Fact]
    public void Many_threads_share_few_handles()
    {
        var open = 0;
        var most = 0;
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, _ => pool.Use(test.Folder, handle =>
        {
            var now = Interlocked.Increment(ref open);
            InterlockedMax(ref most, now);
            Assert.False(handle.Info.IsHeadDetached);
            Interlocked.Decrement(ref open);
            return 0;
        }));
        Assert.True(most <= Math.Max(8, Environment.ProcessorCount * 4));
        Assert.True(pool.IdleCount <= 2);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
