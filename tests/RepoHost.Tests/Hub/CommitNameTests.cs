using System.Net;
using System.Text;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Names at the edge of what Git takes, by the commit API (threat row 40).</summary>
public sealed class CommitNameTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    [Fact]
    public async Task A_path_of_more_than_4096_bytes_is_422_and_one_of_4096_is_read_back()
    {
        var hub = await world.NewAsync();
        var tip = hub.Tip();
        var longest = string.Join('/', Enumerable.Repeat(new string('n', 255), 16)) + "/";
        longest = longest[..^1] + "x";
        Assert.Equal(4096, Encoding.UTF8.GetByteCount(longest));

        // Bytes count, not characters.
        foreach (var path in (string[])[longest + "y", string.Join('/', Enumerable.Repeat(new string('ü', 120), 18))])
        {
            var refused = await new CommitRequest().File(path, "x").SendAsync(world, world.Owner.Token, hub.Id);
            Assert.True(refused.Status == HttpStatusCode.UnprocessableEntity && refused.Error.StartsWith("Line 2: the path", StringComparison.Ordinal), refused.ToString());
        }

        Assert.Equal(tip, hub.Tip());
        (await new CommitRequest().File(longest, "long\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.Equal("long\n"u8.ToArray(), await hub.DownloadAsync(longest));
    }

    /// <summary>
    /// Devices and trimmed names are traps of one system's files. Here a path is only ever a name in a Git tree: the server opens objects by their hash, and never
    /// a file by a path that somebody sent, so there is nothing to protect by refusing what people have in their repositories.
    /// </summary>
    [Theory]
    [InlineData("CON")]
    [InlineData("NUL")]
    [InlineData("sub/aux.txt")]
    [InlineData("dot.")]
    [InlineData("space ")]
    [InlineData(" leading")]
    [InlineData("folder./x ")]
    public async Task Names_that_other_systems_dislike_are_names_like_all(string path)
    {
        var hub = await world.NewAsync();
        (await new CommitRequest().File(path, "named\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.Equal("named", hub.Show(path));
        Assert.Equal("named\n"u8.ToArray(), await hub.DownloadAsync(path));
        hub.AssertSound();
    }
}
