using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hosting;

public sealed class ByteCountTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1519, "1.5 kB")]
    [InlineData(84_000, "84 kB")]
    [InlineData(3_000_000, "3 MB")]
    [InlineData(12_345_678_901, "12.3 GB")]
    public void Sizes_are_short_and_decimal(long bytes, string expected) => Assert.Equal(expected, ByteCount.Of(bytes));
}
