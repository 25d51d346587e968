using RepoHost.Accounts.Limits;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts.Limits;

/// <summary>The rule by itself: what fits, which limit is named, and whether it would ever fit.</summary>
public sealed class StorageRuleTests
{
    private const long None = RepositoryUsage.NoLimit;

    [Theory]
    // used, most, adding, fits, never fits
    [InlineData(0, 100, 0, true, false)]
    [InlineData(0, 100, 99, true, false)]
    [InlineData(0, 100, 100, true, false)]
    [InlineData(0, 100, 101, false, true)]
    [InlineData(60, 100, 40, true, false)]
    [InlineData(60, 100, 41, false, false)]
    [InlineData(60, 100, 101, false, true)]
    [InlineData(100, 100, 0, true, false)]
    [InlineData(100, 100, 1, false, false)]
    [InlineData(150, 100, 0, true, false)] // lowered below what is there: nothing more, and nothing less
    [InlineData(150, 100, 1, false, false)]
    [InlineData(0, None, long.MaxValue, true, false)]
    [InlineData(long.MaxValue - 1, None, 1, true, false)]
    [InlineData(1, 2, long.MaxValue, false, true)] // no overflow
    public void One_limit_holds_or_not(long used, long most, long adding, bool fits, bool never)
    {
        var share = new StorageShare(StorageLimitKind.Owner, used, most);
        Assert.Equal(fits ? null : share, StorageRule.FirstExceeded([share], adding));
        Assert.Equal(never, StorageRule.NeverFits(share, adding));
        if (!fits)
            Assert.Equal(never ? 413 : 507, StorageFault.Of(share, adding, "").Status);
    }

    [Theory]
    [InlineData(5, 10, 20, 30, null)]
    [InlineData(11, 10, 20, 30, StorageLimitKind.Proposer)]
    [InlineData(25, 10, 20, 30, StorageLimitKind.Proposer)]
    [InlineData(25, 100, 20, 30, StorageLimitKind.Repository)]
    [InlineData(35, 100, 100, 30, StorageLimitKind.Owner)]
    public void The_first_limit_that_is_exceeded_is_the_one_that_is_named(long adding, long proposer, long repository, long owner, object? named)
    {
        StorageShare[] shares = [new(StorageLimitKind.Proposer, 0, proposer), new(StorageLimitKind.Repository, 0, repository), new(StorageLimitKind.Owner, 0, owner)];
        Assert.Equal((StorageLimitKind?)named, StorageRule.FirstExceeded(shares, adding)?.Kind);
        Assert.Equal(Math.Min(proposer, Math.Min(repository, owner)), StorageRule.Room(shares));
    }

    [Theory]
    [InlineData(null, 0, None)] // 0 in the settings is no limit
    [InlineData(null, 7, 7)]
    [InlineData(3L, 7, 3)]
    [InlineData(9L, 7, 9)]
    [InlineData(9L, 0, 9)]
    [InlineData(None, 7, None)]
    public void A_limit_of_ones_own_stands_for_the_configured_one(long? own, long configured, long expected) => Assert.Equal(expected, StorageRule.Limit(own, configured));

    [Fact]
    public void Without_a_limit_everything_fits()
    {
        Assert.Null(StorageRule.FirstExceeded([], long.MaxValue));
        Assert.Equal(None, StorageRule.Room([]));
    }
}
