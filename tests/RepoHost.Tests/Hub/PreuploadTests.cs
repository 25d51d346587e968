using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>How files are to be sent, asked before they are (contract 7.2, 5.3).</summary>
public sealed class PreuploadTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    private const string OldPython = "unknown/None; hf_hub/1.19.3; python/3.12";
    private const string NewPython = "unknown/None; hf_hub/1.20.0; python/3.12";

    /// <summary>It uploads what is called lfs, deletes its own file and commits later: what is called regular is gone by then.</summary>
    private const string Datasets = "datasets/5.2.0; hf_hub/2.4.0; python/3.11.7";

    [Theory]
    [InlineData("a.txt", 10, "hi", "regular", "regular")]
    [InlineData("w.bin", 10, "hi", "lfs", "regular")]
    [InlineData("w.bin", 0, "", "regular", "regular")]
    [InlineData("big.txt", 1_000_001, "hi", "lfs", "regular")]
    [InlineData("icon.png", 1_000_000, "\u0089PNG\0", "regular", "regular")]
    [InlineData("huge.txt", 300_000_000, "hi", "lfs", "lfs")]
    [InlineData("sub/.gitattributes", 10, "hi", "regular", "regular")]
    public async Task The_mode_follows_from_attributes_size_and_client(string path, long size, string sample, string plain, string wouldUseXet)
    {
        var hub = await world.NewAsync();
        foreach (var (agent, token, query, mode) in new[]
        {
            ("@huggingface/hub", world.Owner.Token, "", plain), (OldPython, world.Owner.Token, "", plain), (NewPython, world.Owner.Token, "", wouldUseXet),
            (Datasets, world.Owner.Token, "", plain), (Datasets, world.Reader.Token, "?create_pr=1", plain), (NewPython, world.Reader.Token, "?create_pr=1", wouldUseXet),
            ("hf_hub/2.0.1", world.Contributor.Token, "", wouldUseXet), (OldPython, world.Reader.Token, "?create_pr=1", plain), (OldPython, world.Owner.Token, "?create_pr=1", plain),
        })
        {
            var (status, json) = await AskAsync(hub, token, new { files = new[] { new { path, size, sample = Convert.ToBase64String(Encoding.Latin1.GetBytes(sample)) } } }, agent, query);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal((path, mode), (json.GetProperty("files")[0].GetProperty("path").GetString(), json.GetProperty("files")[0].GetProperty("uploadMode").GetString()));
        }
    }

    [Fact]
    public async Task What_is_there_is_named_by_its_id_and_stays_what_it_is()
    {
        var hub = await world.NewAsync();
        var weights = Encoding.UTF8.GetBytes("weights");
        (await new CommitRequest().File("w.bin", weights).File("covered.by.nothing", RandomNumberGenerator.GetBytes(1_100_000)).SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        (await new CommitRequest().File(".gitattributes", "*.bin filter=lfs\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        var (_, json) = await AskAsync(hub, world.Owner.Token, Files("w.bin", "config.json", "new.txt", "sub", "covered.by.nothing"));
        var files = json.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("path").GetString()!);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(weights)), files["w.bin"].GetProperty("oid").GetString());
        Assert.Equal(hub.Git("rev-parse", "main:config.json"), files["config.json"].GetProperty("oid").GetString());
        Assert.False(files["new.txt"].TryGetProperty("oid", out _) || files["sub"].TryGetProperty("oid", out _));
        Assert.Equal("lfs", files["covered.by.nothing"].GetProperty("uploadMode").GetString());
        Assert.Equal(hub.Tip(), json.GetProperty("commitOid").GetString());
    }

    /// <summary>The id was that of the pointer or of the object whatever the mode, so that an unchanged file was sent again at every upload.</summary>
    [Fact]
    public async Task The_id_is_of_the_kind_that_the_client_makes_of_its_own_file()
    {
        var hub = await world.NewAsync();
        var weights = Encoding.UTF8.GetBytes("weights");
        (await new CommitRequest().File("w.bin", weights).File("later.dat", "text").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        (await new CommitRequest().File(".gitattributes", CommitWorld.Attributes + "*.dat filter=lfs\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(weights));
        foreach (var (agent, mode, oid) in new[] { (OldPython, "lfs", sha256), (NewPython, "regular", BlobId(weights)), (NewPython, "regular", BlobId(weights)), (Datasets, "lfs", sha256) })
        {
            var (_, json) = await AskAsync(hub, world.Owner.Token, new { files = new[] { new { path = "w.bin", size = 7 } } }, agent);
            var file = json.GetProperty("files")[0];
            Assert.Equal((mode, oid), (file.GetProperty("uploadMode").GetString(), file.GetProperty("oid").GetString()));
        }

        // Of another size it is another file; and one that moves to LFS has to be sent there.
        foreach (var (agent, path, size) in new[] { (NewPython, "w.bin", 8), (OldPython, "later.dat", 4) })
        {
            var (_, json) = await AskAsync(hub, world.Owner.Token, new { files = new[] { new { path, size } } }, agent);
            Assert.False(json.GetProperty("files")[0].TryGetProperty("oid", out _));
        }
    }

    [Fact]
    public async Task A_content_is_read_once_and_its_id_is_kept()
    {
        var hub = await world.NewAsync();
        var weights = RandomNumberGenerator.GetBytes(300_000);
        (await new CommitRequest().File("w.bin", weights).SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        var question = new { files = new[] { new { path = "w.bin", size = weights.Length } } };
        var (_, first) = await AskAsync(hub, world.Owner.Token, question, NewPython);
        Assert.Equal(BlobId(weights), first.GetProperty("files")[0].GetProperty("oid").GetString());

        // The bytes are not there to be read again.
        var sha256 = hub.Pointer("w.bin")!.Oid.Value;
        File.Delete(Path.Combine(world.DataDirectory, "lfs", sha256[..2], sha256[2..4], sha256));
        var (_, second) = await AskAsync(hub, world.Owner.Token, question, NewPython);
        Assert.Equal(BlobId(weights), second.GetProperty("files")[0].GetProperty("oid").GetString());
    }

    [Fact]
    public async Task A_pointer_to_somebody_elses_object_tells_nothing_of_its_content()
    {
        var (hub, other) = (await world.NewAsync(), await world.NewAsync());
        (await new CommitRequest().File("w.bin", "weights").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        var pointer = Encoding.UTF8.GetString(hub.Pointer("w.bin")!.ToBytes());
        // No way in takes such a file; this is one that came past them.
        using var folder = new GitFolder();
        folder.Commit("main", ("w.bin", pointer), (".gitattributes", CommitWorld.Attributes));
        folder.PushTo(other.Folder, "main");
        var (status, json) = await AskAsync(other, world.Owner.Token, new { files = new[] { new { path = "w.bin", size = 7 } } }, NewPython);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.False(json.GetProperty("files")[0].TryGetProperty("oid", out _));
    }

    [Fact]
    public async Task Ids_are_for_those_whom_the_gate_lets_in()
    {
        var hub = await world.NewAsync("---\ngated: manual\n---\n");
        (await new CommitRequest().File("w.bin", "weights").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        var (gated, _) = await AskAsync(hub, world.Stranger.Token, Files("w.bin"), query: "?create_pr=1");
        Assert.Equal(HttpStatusCode.Forbidden, gated);
        var (written, json) = await AskAsync(hub, world.Contributor.Token, Files("w.bin"));
        Assert.True(written == HttpStatusCode.OK && json.GetProperty("files")[0].TryGetProperty("oid", out _));
    }

    [Fact]
    public async Task Ignored_files_are_told_by_the_repository_and_by_the_body()
    {
        var hub = await world.NewAsync();
        (await new CommitRequest().File(".gitignore", "*.log\n!keep.log\nbuild/\n").File("sub/.gitignore", "only-here\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        string[] paths = ["a.log", "keep.log", "build/x", "sub/build/keep.log", "sub/only-here", "only-here", "build"];
        var (_, own) = await AskAsync(hub, world.Owner.Token, Files(paths));
        Assert.Equal([true, false, true, true, true, false, false], own.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("shouldIgnore").GetBoolean()));
        var (_, sent) = await AskAsync(hub, world.Owner.Token, new { gitIgnore = "keep.log", gitAttributes = "a.log filter=lfs\n", files = paths.Select(path => new { path, size = 3 }) });
        Assert.Equal([false, true, false, true, true, false, false], sent.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("shouldIgnore").GetBoolean()));
        Assert.Equal(["a.log"], sent.GetProperty("files").EnumerateArray().Where(f => f.GetProperty("uploadMode").GetString() == "lfs").Select(f => f.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Input_that_makes_no_sense_is_told()
    {
        var hub = await world.NewAsync();
        foreach (var (body, status) in new (object, int)[]
        {
            (new { }, 400), (new { files = "x" }, 400), (new { files = new[] { 1 } }, 400), (new { files = new[] { new { path = "a" } } }, 400),
            (new { files = new[] { new { path = "a", size = -1 } } }, 400), (new { files = new[] { new { path = "a", size = 1.5 } } }, 400), (new { files = new[] { new { path = "../a", size = 1 } } }, 422),
            (Files([.. Enumerable.Range(0, 1001).Select(n => $"f{n}")]), 400), (Files([.. Enumerable.Range(0, 1000).Select(_ => string.Join('/', Enumerable.Repeat("d", 100)))]), 400),
            (new { files = Array.Empty<int>(), gitIgnore = new string('x', 300_000) }, 400), (new { files = Array.Empty<int>(), more = new string('x', 9_000_000) }, 400), (new { files = Array.Empty<int>() }, 200),
        })
        {
            var (got, json) = await AskAsync(hub, world.Owner.Token, body);
            Assert.True((int)got == status, $"{status}, not {json}");
        }

        foreach (var (revision, query) in new[] { ("nope", ""), ("refs/pr/7", ""), (hub.Tip(), "?create_pr=1") })
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(hub, world.Owner.Token, Files("a"), query: query, revision: revision)).Status);
    }

    [Fact]
    public async Task The_author_of_a_pull_request_asks_for_it_too()
    {
        var hub = await world.NewAsync();
        (await new CommitRequest().File("w.bin", "x").SendAsync(world, world.Reader.Token, hub.Id, query: "?create_pr=1")).AssertDone();
        var (status, json) = await AskAsync(hub, world.Reader.Token, Files("w.bin"), revision: "refs/pr/1");
        Assert.Equal((HttpStatusCode.OK, "lfs"), (status, json.GetProperty("files")[0].GetProperty("uploadMode").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(hub, world.Contributor.Token, Files("w.bin"), revision: "refs/pr/1")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(hub, world.Stranger.Token, Files("w.bin"), revision: "refs/pr/1")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(hub, world.Reader.Token, Files("w.bin"))).Status);
    }

    [Fact]
    public async Task A_small_body_of_costly_patterns_is_answered_and_a_large_one_is_refused_with_a_sentence()
    {
        var hub = await world.NewAsync();
        var pattern = "**/" + string.Concat(Enumerable.Repeat("a/", 100)) + "b/**\n";
        var path = string.Join('/', Enumerable.Repeat("a", 300));
        var (status, json) = await AskAsync(hub, world.Owner.Token, new { gitIgnore = pattern + pattern, gitAttributes = pattern, files = new[] { new { path, size = 3 } } });
        Assert.True(status == HttpStatusCode.OK && !json.GetProperty("files")[0].GetProperty("shouldIgnore").GetBoolean());

        var many = string.Concat(Enumerable.Repeat("**/a*a*/**/b\n", 15_000));
        var (refused, why) = await AskAsync(hub, world.Owner.Token, new { gitIgnore = many, files = Enumerable.Range(0, 100).Select(n => new { path = $"{n}/{path}", size = 3 }) });
        Assert.Equal(422, (int)refused);
        Assert.Contains("Send fewer files at once, or make the patterns fewer and simpler.", why.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_files_against_ten_thousand_lines_are_answered()
    {
        var hub = await world.NewAsync();
        var lines = string.Concat(Enumerable.Range(0, 10_000).Select(n => $"/dir/{n}.x filter=lfs\n"));
        var (status, json) = await AskAsync(hub, world.Owner.Token, new { gitAttributes = lines, files = Enumerable.Range(9_500, 1000).Select(n => new { path = $"dir/{n}.x", size = 3 }) });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(500, json.GetProperty("files").EnumerateArray().Count(file => file.GetProperty("uploadMode").GetString() == "lfs"));
    }

    [Fact]
    public async Task Attributes_too_large_to_be_read_are_told_and_can_be_repaired()
    {
        var hub = await world.NewAsync();
        var large = string.Concat(Enumerable.Repeat("# a long story\n", 20_000)) + "*.bin filter=lfs\n";
        (await new CommitRequest().File(".gitattributes", large).SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        var (status, json) = await AskAsync(hub, world.Owner.Token, Files("w.bin"));
        Assert.Equal(422, (int)status);
        Assert.StartsWith(".gitattributes is larger than 256 KiB", json.GetProperty("error").GetString(), StringComparison.Ordinal);
        var commit = await new CommitRequest().File("w.bin", "weights").SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Equal(422, (int)commit.Status);
        Assert.Equal("regular", (await AskAsync(hub, world.Owner.Token, Files(".gitattributes"))).Json.GetProperty("files")[0].GetProperty("uploadMode").GetString());
        (await new CommitRequest().File(".gitattributes", "*.bin filter=lfs\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        (await new CommitRequest().File("w.bin", "weights").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.NotNull(hub.Pointer("w.bin"));
    }

    private static string BlobId(byte[] content) => TestRepository.RunGit(["hash-object", "--stdin"], content).Trim();

    private static object Files(params string[] paths) => new { files = paths.Select(path => new { path, size = 3 }) };

    private async Task<(HttpStatusCode Status, JsonElement Json)> AskAsync(TestHub hub, string? token, object body, string agent = "test", string query = "", string revision = "main")
    {
        using var client = world.Client(token);
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        using var response = await client.PostAsJsonAsync($"/api/models/{hub.Id}/preupload/{Uri.EscapeDataString(revision)}{query}", body);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
