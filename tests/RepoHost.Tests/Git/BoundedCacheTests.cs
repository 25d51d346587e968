using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class BoundedCacheTests
{
    [Fact]
    public void The_budget_holds_and_what_is_used_stays()
    {
        var cache = new BoundedCache<int>(1000);
        cache.Add(-1, "favourite", 100);
        for (var i = 0; i < 500; i++)
        {
            cache.Add(i, "x", 100);
            Assert.True(cache.TryGet<string>(-1, out var value));
            Assert.Equal("favourite", value);
            Assert.True(cache.Bytes <= 1000);
        }

        Assert.True(cache.Count <= 10);
        Assert.False(cache.TryGet<string>(0, out _));
    }

    [Fact]
    public void A_value_too_large_for_the_budget_is_not_kept()
    {
        var cache = new BoundedCache<int>(1000);
        cache.Add(1, "x", 251);
        Assert.False(cache.TryGet<string>(1, out _));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void Many_threads_at_once_leave_the_accounts_right()
    {
        var cache = new BoundedCache<int>(10_000);
        Parallel.For(0, 100_000, i =>
        {
            cache.Add(i % 700, i % 700, 50);
            if (cache.TryGet<int>(i % 300, out var value))
                Assert.Equal(i % 300, value);
        });
        Assert.True(cache.Bytes <= 10_000);
        Assert.Equal(cache.Bytes, cache.Count * 50L);
    }
}
