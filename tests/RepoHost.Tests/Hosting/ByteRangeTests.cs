using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hosting;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData(null, 10, ByteRangeKind.Whole, 0, 0)]
    [InlineData("bytes=0-0", 10, ByteRangeKind.Part, 0, 1)]
    [InlineData("bytes=3-", 10, ByteRangeKind.Part, 3, 7)]
    [InlineData("bytes=3-5", 10, ByteRangeKind.Part, 3, 3)]
    [InlineData("bytes=3-10", 10, ByteRangeKind.Part, 3, 7)]
    [InlineData("bytes=0-99999999999", 10, ByteRangeKind.Part, 0, 10)]
    [InlineData("bytes=-4", 10, ByteRangeKind.Part, 6, 4)]
    [InlineData("bytes=-400", 10, ByteRangeKind.Part, 0, 10)]
    [InlineData("BYTES=1-2", 10, ByteRangeKind.Part, 1, 2)]
    [InlineData("bytes=10-", 10, ByteRangeKind.Unsatisfiable, 0, 0)]
    [InlineData("bytes=-0", 10, ByteRangeKind.Unsatisfiable, 0, 0)]
    [InlineData("bytes=0-0", 0, ByteRangeKind.PartOfNothing, 0, 0)]
    [InlineData("bytes=1-", 0, ByteRangeKind.Unsatisfiable, 0, 0)]
    [InlineData("bytes=5-3", 10, ByteRangeKind.Whole, 0, 0)]
    [InlineData("bytes=0-1,3-4", 10, ByteRangeKind.Whole, 0, 0)]
    [InlineData("bytes=a-b", 10, ByteRangeKind.Whole, 0, 0)]
    [InlineData("bytes=+1-2", 10, ByteRangeKind.Whole, 0, 0)]
    [InlineData("lines=0-1", 10, ByteRangeKind.Whole, 0, 0)]
    [InlineData("bytes=99999999999999999999-", 10, ByteRangeKind.Whole, 0, 0)]
    public void A_range_header_asks_for(string? header, long size, object kind, long first, long length)
    {
        Assert.Equal(new ByteRange((ByteRangeKind)kind, first, length), ByteRange.Parse(header, size));
    }
}
