using System.Text;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

/// <summary>Which paths are too deep or too long, and that a walk ends at the first of them.</summary>
public sealed class PathRuleTests
{
    private static readonly string Id = new('1', 40);

    [Theory]
    [InlineData("a/b/c/file", null)]
    [InlineData("a/b/c/d/file", "has more than 3 folders")]
    public void Folders_are_counted(string path, string? fault) => AssertFault(fault, new PathRule(3).FaultOf(TreePath.Parse(path)));

    [Theory]
    [InlineData(4096, null)]
    [InlineData(4097, "is longer than 4096 bytes")]
    public void Bytes_are_counted(int length, string? fault) => AssertFault(fault, new PathRule(3).FaultOf(Encoding.ASCII.GetBytes(new string('x', length))));

    [Fact]
    public void A_path_is_shortened_in_the_sentence()
    {
        var fault = new PathRule(10).FaultOf(TreePath.Parse(string.Concat(Enumerable.Repeat("ü/", 1000)) + "x"))!;
        Assert.InRange(fault.Length, 50, 250);
        Assert.DoesNotContain('\ufffd', fault);
    }

    [Theory]
    [InlineData("a/b/c/d/e")]
    [InlineData("long")]
    public async Task A_walk_ends_at_the_first_path_that_is_refused(string path)
    {
        path = path == "long" ? new string('y', 70_000) : path;
        var good = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{Id} folder/{i}\n")) + $"{Id}\n{Id} \n";
        using var all = new MemoryStream(Encoding.ASCII.GetBytes(good));
        using var copied = new MemoryStream();
        await new PathRule(3).CopyAsync(all, copied, CancellationToken.None);
        Assert.Equal(good, Encoding.ASCII.GetString(copied.ToArray()));

        using var bad = new MemoryStream(Encoding.ASCII.GetBytes($"{good}{Id} {path}\n{string.Concat(Enumerable.Repeat(good, 20))}"));
        using var some = new MemoryStream();
        await Assert.ThrowsAsync<InvalidDataException>(() => new PathRule(3).CopyAsync(bad, some, CancellationToken.None));
        Assert.True(bad.Position < good.Length + 200_000, $"{bad.Position} bytes were read");
        Assert.True(some.Length <= good.Length, "what is refused was passed on");
    }

    private static void AssertFault(string? expected, string? fault)
    {
        if (expected is null)
            Assert.Null(fault);
        else
            Assert.Contains(expected, fault, StringComparison.Ordinal);
    }
}
