using RepoHost.Lfs;
using Xunit;

namespace RepoHost.Tests.Lfs;

#pragma warning disable RS0030 // a seeded generator: what fails can be run again
public sealed class ByteClassesTests
{
    [Theory]
    [InlineData("a", 2)]
    [InlineData("aa", 2)]
    [InlineData("ab", 3)]
    [InlineData("[a-z]", 2)]
    [InlineData("[a-z][a-z]", 2)]
    [InlineData("[a-z]m", 3)]
    [InlineData("m[a-z]", 3)]
    [InlineData("[a-m][h-z]", 4)]
    [InlineData("[!a-z][a-z]", 3)]
    public void Bytes_that_all_steps_treat_alike_share_a_class(string pattern, int count) => Assert.Equal(count, Split(pattern).Count);

    /// <summary>Random sets against the definition: two bytes share a class exactly when each set has both or neither.</summary>
    [Fact]
    public void Classes_are_what_the_sets_tell_apart()
    {
        var random = new Random(20261130);
        for (var round = 0; round < 200; round++)
        {
            var sets = Enumerable.Range(0, random.Next(1, 12)).Select(_ => RandomSet(random)).ToArray();
            var classes = Split(string.Concat(sets));
            var members = sets.Select(Parse).ToArray();
            var signatures = Enumerable.Range(0, 256).Select(b => string.Concat(members.Select(set => set.Contains((byte)b) ? '1' : '0'))).ToArray();
            Assert.Equal(signatures.Distinct().Count(), classes.Count);
            for (var one = 0; one < 256; one++)
            {
                for (var other = 0; other < one; other++)
                    Assert.Equal(signatures[one] == signatures[other], classes.Of[one] == classes.Of[other]);
            }
        }
    }

    [Fact]
    public void There_are_as_many_classes_as_bytes_at_most()
    {
        var classes = new ByteClasses();
        for (var round = 0; round < 2; round++)
        {
            for (var b = 0; b < 256; b++)
                classes.Split((byte)b);
        }

        Assert.Equal(256, classes.Count);
        Assert.Equal(256, classes.Of.Distinct().Count());
    }

    private static ByteClasses Split(string pattern)
    {
        var classes = new ByteClasses();
        var bytes = pattern.Select(c => (byte)c).ToArray();
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] != '[')
            {
                classes.Split(bytes[at]);
                continue;
            }

            Assert.True(GlobSet.TryParse(bytes, ref at, out var set));
            classes.Split(set);
        }

        return classes;
    }

    private static GlobSet Parse(string text)
    {
        var at = 0;
        Assert.True(GlobSet.TryParse(text.Select(c => (byte)c).ToArray(), ref at, out var set));
        return set;
    }

    private static string RandomSet(Random random)
    {
        var (low, high) = ((char)random.Next('0', 'z'), (char)random.Next('0', 'z'));
        return $"[{(random.Next(2) == 0 ? "!" : "")}{Plain(low)}-{Plain(high)}]";
    }

    private static char Plain(char c) => c is '[' or ']' or '\\' or '^' or '-' or '!' ? 'x' : c;
}
