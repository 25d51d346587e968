using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hosting;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1500000", 1_500_000)]
    [InlineData("10GB", 10_000_000_000)]
    [InlineData("10 gb", 10_000_000_000)]
    [InlineData("1.5TB", 1_500_000_000_000)]
    [InlineData("512MiB", 536_870_912)]
    [InlineData("3k", 3_000)]
    [InlineData("1000000TB", 1_000_000_000_000_000_000)]
    public void Sizes_as_people_type_them(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1")]
    [InlineData("1,5GB")]
    [InlineData("1.5.5GB")]
    [InlineData("ten")]
    [InlineData("10XB")]
    [InlineData("10GBGB")]
    [InlineData("1000001TB")]
    [InlineData("99999999999999999999999999999999999")]
    public void What_is_no_size(string text) => Assert.False(ByteSize.TryParse(text, out _));
}
