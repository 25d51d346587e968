using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RepoHost.Lfs;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>What a commit does (contract 7.4), looked at with git itself.</summary>
public sealed class CommitTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    [Fact]
    public async Task Operations_are_done_in_their_order_in_one_commit()
    {
        var hub = await world.NewAsync();
        var parent = hub.Tip();
        var answer = await new CommitRequest("Change much", "And say why.\n")
            .File("config.json", "{\"a\": 1}\n").Text("new/ü \"x\".txt", "größe\n")
            .File("twice.txt", "first").File("twice.txt", "second")
            .File("gone.txt", "x").Delete("gone.txt")
            .DeleteFolder("sub/").File("sub/again.txt", "again").File("empty.txt", "")
            .SendAsync(world, world.Owner.Token, hub.Id);

        answer.AssertDone();
        Assert.Equal(["success", "commitOid", "commitUrl", "hookOutput"], answer.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(new Uri(world.Address, $"/{hub.Id}/commit/{hub.Tip()}").ToString(), answer.Json.GetProperty("commitUrl").GetString()!.Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
        Assert.Equal(hub.Tip(), answer.Oid);
        Assert.Equal(parent, hub.Tip("main^"));
        Assert.Equal([".gitattributes", "README.md", "config.json", "empty.txt", "new/ü \"x\".txt", "sub/again.txt", "twice.txt"], hub.Files());
        Assert.Equal(("{\"a\": 1}", "größe", "second", "again"), (hub.Show("config.json"), hub.Show("new/ü \"x\".txt"), hub.Show("twice.txt"), hub.Show("sub/again.txt")));
        Assert.Equal("Change much\n\nAnd say why.", hub.Git("log", "-1", "--format=%B"));
        var signature = hub.Git("log", "-1", "--format=%an <%ae>/%cn <%ce>");
        Assert.StartsWith("owner Example <owner@users.noreply.", signature, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", signature, StringComparison.Ordinal);
        hub.AssertSound();
    }

    [Fact]
    public async Task A_folder_goes_whether_it_is_called_a_file_or_a_folder()
    {
        var hub = await world.NewAsync();
        (await new CommitRequest().Delete("sub").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.Equal([".gitattributes", "README.md", "config.json"], hub.Files());
        hub.AssertSound();
    }

    [Fact]
    public async Task Lists_of_commits_name_the_accounts_that_made_them()
    {
        var made = await world.Client(world.Owner.Token).PostAsJsonAsync("/api/repos/create", new { name = "of-an-account" });
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        (await new CommitRequest("Mine").File("a.txt", "a").SendAsync(world, world.Owner.Token, "owner/of-an-account")).AssertDone();
        var commits = (await world.Client().GetFromJsonAsync<JsonElement>("/api/models/owner/of-an-account/commits/main")).EnumerateArray();
        Assert.Equal(
            [("Mine", "owner"), ("initial commit", "owner")],
            commits.Select(c => (c.GetProperty("title").GetString()!, c.GetProperty("authors")[0].GetProperty("user").GetString()!)));
    }

    [Theory]
    [InlineData("odd \"name\".txt")]
    [InlineData("folder/..\\\\..\\\\file")]
    [InlineData("a?b%20c:d.txt")]
    [InlineData("%2e%2e/x")]
    [InlineData("tab\there")]
    [InlineData("-rf")]
    [InlineData("weights [1] *.txt")]
    public async Task Odd_names_are_names(string path)
    {
        var hub = await world.NewAsync();
        (await new CommitRequest().File(path, "odd").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.Contains(path, hub.Files());
        hub.AssertSound();
        (await new CommitRequest().Delete(path).SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.DoesNotContain(path, hub.Files());
    }

    [Fact]
    public async Task Json_may_be_written_in_any_way_that_json_allows()
    {
        var hub = await world.NewAsync();
        var big = new string('x', 200_000) + "ü€😀\"\\\n";
        var escaped = string.Concat(big.Select(c => c is >= 'a' and <= 'z' ? $"{c}" : $"\\u{(int)c:X4}"));
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(big)).Replace("/", "\\/", StringComparison.Ordinal).Replace("+", "\\u002b", StringComparison.Ordinal);
        var answer = await CommitRequest.Raw(
            "{\"value\": {\"summary\": \"s\\u00fc\"}, \"key\": \"header\", \"more\": [1, {}]}\r\n\n" +
            $"{{ \"value\" : {{ \"encoding\" : \"base64\" , \"content\" : \"{base64}\" , \"path\" : \"one.txt\" }} , \"key\" : \"file\" }}\n" +
            $"{{\"key\":\"file\",\"value\":{{\"content\":\"{escaped}\",\"path\":\"two.txt\",\"encoding\":\"utf-8\"}}}}\n" +
            "{\"key\":\"file\",\"value\":{\"content\":\"aGk=\",\"path\":\"three.txt\"}}").SendAsync(world, world.Owner.Token, hub.Id, "HEAD", chunked: true);
        answer.AssertDone();
        Assert.Equal(big, Encoding.UTF8.GetString((await hub.DownloadAsync("one.txt"))!));
        Assert.Equal(big, Encoding.UTF8.GetString((await hub.DownloadAsync("two.txt"))!));
        Assert.Equal("hi", hub.Show("three.txt"));
        Assert.Equal("sü", hub.Git("log", "-1", "--format=%B"));
    }

    [Fact]
    public async Task Lfs_is_decided_by_the_attributes_as_they_are_after_the_commit()
    {
        var hub = await world.NewAsync();
        var big = RandomNumberGenerator.GetBytes(1_200_000);
        var answer = await new CommitRequest()
            .File("w.bin", "small weights").File("later.dat", "covered by a line that follows").File("no.bin.txt", "text").File("deep/x.raw", "by the folder's own file")
            .File("big [1].data", big).File("empty.bin", "")
            .File(".gitattributes", CommitWorld.Attributes + "*.dat filter=lfs diff=lfs merge=lfs -text").File("deep/.gitattributes", "*.raw filter=lfs")
            .SendAsync(world, world.Owner.Token, hub.Id);
        answer.AssertDone();
        foreach (var (path, text) in new[] { ("w.bin", "small weights"), ("later.dat", "covered by a line that follows"), ("deep/x.raw", "by the folder's own file") })
        {
            Assert.Equal(Sha256(Encoding.UTF8.GetBytes(text)), hub.Pointer(path)?.Oid.Value);
            Assert.Equal(text, Encoding.UTF8.GetString((await hub.DownloadAsync(path))!));
        }

        Assert.Equal(Sha256(big), hub.Pointer("big [1].data")?.Oid.Value);
        Assert.Equal(big, await hub.DownloadAsync("big [1].data"));
        Assert.Equal(("text", ""), (hub.Show("no.bin.txt"), hub.Show("empty.bin")));
        hub.Git("read-tree", "main");
        Assert.Equal("lfs", hub.Git("check-attr", "--cached", "filter", "big [1].data").Split(": ")[^1]);
        Assert.EndsWith("\n\"/big \\\\[1].data\" filter=lfs diff=lfs merge=lfs -text", hub.Show(".gitattributes"), StringComparison.Ordinal);

        // The line goes. What is an LFS object stays one, as preupload has it, and gets a line of its own; what is new is Git's, guessed as LFS when it came in.
        (await new CommitRequest().File("w.bin", "still weights").File("new.bin", "plain now").File(".gitattributes", "# nothing\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.Equal("plain now", hub.Show("new.bin"));
        Assert.Equal(Sha256(Encoding.UTF8.GetBytes("still weights")), hub.Pointer("w.bin")?.Oid.Value);
        Assert.Equal("# nothing\n\"/w.bin\" filter=lfs diff=lfs merge=lfs -text", hub.Show(".gitattributes"));
        hub.AssertSound();
    }

    [Fact]
    public async Task Lfs_objects_are_committed_by_name_where_the_repository_was_given_them()
    {
        var (hub, other) = (await world.NewAsync(), await world.NewAsync());
        (await new CommitRequest().File("w.bin", "some weights").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        var pointer = hub.Pointer("w.bin")!;

        // A copy, whose size the client leaves out, to a path that no attribute covers.
        var copy = await new CommitRequest().Lfs("copies/w.copy", pointer.Oid.Value).SendAsync(world, world.Owner.Token, hub.Id);
        copy.AssertDone();
        Assert.Equal(pointer, hub.Pointer("copies/w.copy"));
        Assert.Contains("\"/copies/w.copy\" filter=lfs", hub.Show(".gitattributes"), StringComparison.Ordinal);

        // Threat row 1: what another repository holds is answered like what nobody holds, by name and by a pointer as plain content.
        var nobodys = new LfsPointer(LfsOid.Parse(new string('a', 64)), pointer.Size);
        var errors = new List<string>();
        foreach (var foreign in new[] { pointer, nobodys })
        {
            var byName = await new CommitRequest().Lfs("w.bin", foreign.Oid.Value, foreign.Size).SendAsync(world, world.Owner.Token, other.Id);
            var byText = await new CommitRequest().File("w.bin", foreign.ToBytes()).SendAsync(world, world.Owner.Token, other.Id);
            Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (byName.Status, byText.Status));
            Assert.Contains(foreign.Oid.Value, byName.Error, StringComparison.Ordinal);
            errors.Add((byName.Error + byText.Error).Replace(foreign.Oid.Value, "", StringComparison.Ordinal));
        }

        Assert.Equal(errors[0], errors[1]);
        Assert.Null(await other.DownloadAsync("w.bin"));
        var wrongSize = await new CommitRequest().Lfs("w2.bin", pointer.Oid.Value, 5).SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Equal(HttpStatusCode.BadRequest, wrongSize.Status);
    }

    [Fact]
    public async Task A_program_stays_one_and_a_commit_without_a_change_answers_the_head()
    {
        var hub = await world.NewAsync();
        using (var git = new GitFolder())
        {
            git.Git("fetch", "-q", hub.Folder, "main:main");
            var stream = "commit refs/heads/main\ncommitter T <t@example.org> 1700000000 +0000\ndata 1\nc\nfrom refs/heads/main^0\nM 100755 inline run.sh\ndata 2\nhi\n";
            TestRepository.RunGit(["--git-dir=" + git.Path, "fast-import", "--quiet"], Encoding.UTF8.GetBytes(stream));
            git.PushTo(hub.Folder, "main");
        }

        (await new CommitRequest().File("run.sh", "other").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.StartsWith("100755", hub.Git("ls-tree", "main", "run.sh"), StringComparison.Ordinal);
        var tip = hub.Tip();
        foreach (var nothing in new[] { new CommitRequest(), new CommitRequest().File("run.sh", "other"), new CommitRequest().File("x", "x").Delete("x") })
            Assert.Equal(tip, (await nothing.SendAsync(world, world.Owner.Token, hub.Id)).Oid);
        Assert.Equal(tip, hub.Tip());
    }

    [Fact]
    public async Task Two_at_once_both_land_and_with_a_parent_only_the_first()
    {
        var hub = await world.NewAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => new CommitRequest($"c{n}").File($"f{n}.txt", $"{n}").File("w.bin", $"weights {n}").SendAsync(world, world.Owner.Token, hub.Id)));
        Assert.All(answers, answer => answer.AssertDone());
        Assert.Equal(6, hub.Git("rev-list", "main").Split('\n').Length);
        Assert.All(Enumerable.Range(0, 5), n => Assert.Equal($"{n}", hub.Show($"f{n}.txt")));

        var parent = hub.Tip();
        answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => new CommitRequest(parent: n == 0 ? parent[..7] : parent).File("same.txt", $"{n}").SendAsync(world, world.Owner.Token, hub.Id)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        foreach (var late in answers.Where(answer => answer.Status != HttpStatusCode.OK))
        {
            Assert.Equal(HttpStatusCode.PreconditionFailed, late.Status);
            Assert.Contains("The branch was updated since you opened this page. Please refresh and try again.", late.Error, StringComparison.Ordinal);
            Assert.Contains("A commit has happened since. Please refresh and try again.", late.Error, StringComparison.Ordinal);
        }

        Assert.Equal(7, hub.Git("rev-list", "main").Split('\n').Length);
        hub.AssertSound();
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
