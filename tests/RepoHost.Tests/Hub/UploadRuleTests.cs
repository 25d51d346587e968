using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// Where a file is kept must not depend on the way it took: a binary file of 2 MB was LFS for clients that asked first, and Git's own when it came inside a commit.
/// </summary>
public sealed class UploadRuleTests(UploadRuleTests.World world) : IClassFixture<UploadRuleTests.World>
{
    private static readonly byte[] LargeBinary = [.. "GGUF"u8, 3, 0, 0, 0, .. RandomNumberGenerator.GetBytes(2_000_000)];
    private static readonly byte[] LargeText = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0123456789\n", 180_000)));

    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["model.gguf"] = LargeBinary,
        ["small.gguf"] = LargeBinary[..900_000],
        ["table.csv"] = LargeText,
        ["weights.bin"] = "small"u8.ToArray(),
        ["empty.bin"] = [],
        ["huge.csv"] = [.. LargeText, .. LargeText, .. LargeText],
        // Binary, but not where anybody looks.
        ["late.dat"] = [.. Encoding.ASCII.GetBytes(new string('x', 512)), .. LargeBinary],
        [".gitattributes"] = Encoding.ASCII.GetBytes(CommitWorld.Attributes),
        ["was-lfs.dat"] = "short"u8.ToArray(),
        ["config.json"] = "{}"u8.ToArray(),
    };

    [Fact]
    public async Task The_commit_keeps_each_file_as_preupload_would_have_it_sent()
    {
        var hub = await world.NewAsync();
        (await new CommitRequest().File("was-lfs.dat", "an object").File(".gitattributes", CommitWorld.Attributes + "was-lfs.dat filter=lfs\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        (await new CommitRequest().File(".gitattributes", CommitWorld.Attributes).SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();

        var expected = await ModesAsync(hub);
        Assert.Equal(["huge.csv", "model.gguf", "was-lfs.dat", "weights.bin"], expected.Where(mode => mode.Value == "lfs").Select(mode => mode.Key).Order(StringComparer.Ordinal));

        var commit = new CommitRequest();
        foreach (var (path, content) in Files)
            commit.File(path, content);
        (await commit.SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        foreach (var (path, content) in Files)
        {
            Assert.Equal((path, expected[path]), (path, hub.Pointer(path) is null ? "regular" : "lfs"));
            if (path != ".gitattributes")
                Assert.Equal(content, await hub.DownloadAsync(path));
        }

        // What came to LFS by its size or its bytes has a line, so that git-lfs knows it too; and the answer stays the same.
        hub.Git("read-tree", "main");
        Assert.Equal("lfs", hub.Git("check-attr", "--cached", "filter", "model.gguf").Split(": ")[^1]);
        Assert.Equal(expected, await ModesAsync(hub));
        hub.AssertSound();
    }

    private async Task<Dictionary<string, string?>> ModesAsync(TestHub hub)
    {
        using var client = world.Client(world.Owner.Token);
        using var response = await client.PostAsJsonAsync(
            $"/api/models/{hub.Id}/preupload/main",
            new { files = Files.Select(file => new { path = file.Key, size = file.Value.Length, sample = Convert.ToBase64String(file.Value.AsSpan(0, Math.Min(512, file.Value.Length))) }) });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("files").EnumerateArray()
            .ToDictionary(file => file.GetProperty("path").GetString()!, file => file.GetProperty("uploadMode").GetString());
    }

    public sealed class World : CommitWorld
    {
        protected override IEnumerable<string> Settings => ["--Pushes:LargestFileBytes=5000000"];
    }
}
