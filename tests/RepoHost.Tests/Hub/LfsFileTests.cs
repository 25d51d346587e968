using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>GET …/lfs-files</c> and <c>POST …/lfs-files/batch</c>: what a repository keeps as LFS, and how it gets rid of it.</summary>
public sealed class LfsFileTests(LfsWorld world) : IClassFixture<LfsWorld>
{
    private static int _names;

    [Fact]
    public async Task Deleted_files_are_gone_from_every_history_from_the_server_and_from_the_disk()
    {
        var record = await NewAsync();
        var first = Git(record, "rev-parse", "main");
        var (one, two, three) = (await GivenAsync(record, 4000), await GivenAsync(record, 4000), await GivenAsync(record, 4000));
        await CommitAsync(record, new CommitRequest().Lfs("w/one.bin", LfsWorld.Sha(one), one.Length).Lfs("two.bin", LfsWorld.Sha(two), two.Length));
        Git(record, "branch", "side", "main");
        await CommitAsync(record, new CommitRequest().Lfs("three.bin", LfsWorld.Sha(three), three.Length), "side");

        var files = (await ListAsync(record)).ToDictionary(item => (string)item["filename"]!);
        Assert.Equal(["three.bin", "two.bin", "w/one.bin"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((LfsWorld.Sha(one), LfsWorld.Sha(one), "main", 4000), File(files["w/one.bin"]));
        Assert.Equal("side", (string)files["three.bin"]["ref"]!);
        Assert.True(TimeProvider.System.GetUtcNow() - DateTimeOffset.Parse((string)files["two.bin"]["pushedAt"]!, null) < TimeSpan.FromHours(1));
        var used = await UsedAsync(record);

        var answer = await DeleteAsync(record, [LfsWorld.Sha(one), LfsWorld.Sha(three)]);
        Assert.True((bool)answer["success"]!);
        Assert.Equal(["two.bin"], (await ListAsync(record)).Select(item => (string)item["filename"]!));
        Assert.Equal(".gitattributes\nREADME.md\ntwo.bin", Git(record, "ls-tree", "-r", "--name-only", "main"));
        Assert.Equal(".gitattributes\nREADME.md\ntwo.bin", Git(record, "ls-tree", "-r", "--name-only", "side"));
        Assert.DoesNotContain("one.bin", Git(record, "log", "--all", "--name-only", "--format="), StringComparison.Ordinal);
        Assert.Equal("3", Git(record, "rev-list", "--count", "side"));
        Git(record, "merge-base", "--is-ancestor", first, "side");
        Git(record, "fsck", "--strict", "--no-dangling");
        Assert.Equal((false, true, false), (world.HasBlob(LfsWorld.Sha(one)), world.HasBlob(LfsWorld.Sha(two)), world.HasBlob(LfsWorld.Sha(three))));
        Assert.True(await UsedAsync(record) < used);
        var (_, batch) = await world.BatchAsync(world.Owner.Token, record.FullName, LfsWorld.Body("download", (LfsWorld.Sha(one), one.Length)));
        Assert.Equal(404, (int)batch!["objects"]![0]!["error"]!["code"]!);

        // A pointer alone brings nothing back.
        var back = await new CommitRequest().Lfs("w/one.bin", LfsWorld.Sha(one), one.Length).SendAsync(world, world.Owner.Token, record.FullName);
        Assert.NotEqual(HttpStatusCode.OK, back.Status);
    }

    [Fact]
    public async Task What_another_repository_was_given_too_stays_on_the_disk_and_there()
    {
        var (here, there) = (await NewAsync(), await NewAsync());
        var content = await GivenAsync(here);
        using (var again = await world.PutAsync(await world.UploadHrefAsync(world.Owner, there.FullName, content), content))
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        foreach (var record in new[] { here, there })
            await CommitAsync(record, new CommitRequest().Lfs("w.bin", LfsWorld.Sha(content), content.Length));

        await DeleteAsync(here, [LfsWorld.Sha(content)]);
        Assert.True(world.HasBlob(LfsWorld.Sha(content)));
        Assert.Equal(content, await world.Client(world.Owner.Token).GetByteArrayAsync($"/{there.FullName}/resolve/main/w.bin"));
        using var gone = await world.Client(world.Owner.Token).GetAsync($"/{here.FullName}/resolve/main/w.bin");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Empty(await ListAsync(here));
    }

    [Fact]
    public async Task Without_a_rewrite_the_history_stays_and_the_file_can_not_be_downloaded()
    {
        var record = await NewAsync();
        var content = await GivenAsync(record);
        await CommitAsync(record, new CommitRequest().Lfs("w.bin", LfsWorld.Sha(content), content.Length));
        var tip = Git(record, "rev-parse", "main");

        await DeleteAsync(record, [LfsWorld.Sha(content)], rewrite: false);
        Assert.Equal(tip, Git(record, "rev-parse", "main"));
        Assert.Empty(await ListAsync(record));
        using var gone = await world.Client(world.Owner.Token).GetAsync($"/{record.FullName}/resolve/main/w.bin");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Merges_tags_signatures_pull_requests_and_odd_names_survive_what_is_taken_out_of_them()
    {
        var record = await NewAsync();
        var content = await GivenAsync(record);
        var pointer = $"version https://git-lfs.github.com/spec/v1\noid sha256:{LfsWorld.Sha(content)}\nsize {content.Length}\n";
        using var source = new GitFolder();
        source.Commit("main", ("README.md", "# A\n"), ("only/deep/w.bin", pointer), ("ü/b.txt", "b"));
        source.Git("branch", "other", "main");
        source.GitCommitOnTop("other", ("README.md", "# A\n"), ("ü/b.txt", "other"), ("w2.bin", pointer));
        source.GitCommitOnTop("main", ("README.md", "# A\n"), ("link@", "README.md"), ("only/deep/w.bin", pointer));
        var merge = Signed(source, source.Git("rev-parse", "main^{tree}").Trim(), source.Git("rev-parse", "main").Trim(), source.Git("rev-parse", "other").Trim());
        source.Git("update-ref", "refs/heads/main", merge);
        source.Git("-c", "user.name=T", "-c", "user.email=t@example.org", "tag", "-a", "v1", "-m", "One", "main");
        source.PushTo(FolderOf(record), "main:main", "v1:v1", "other:refs/pr/1");
        var before = Git(record, "log", "--format=%an|%ae|%ad|%cd|%B", "main");

        await DeleteAsync(record, [LfsWorld.Sha(content)]);
        Git(record, "fsck", "--strict", "--no-dangling");
        Assert.Equal("README.md\nlink", Git(record, "ls-tree", "-r", "--name-only", "main"));
        Assert.StartsWith("120000", Git(record, "ls-tree", "main", "link"), StringComparison.Ordinal);
        Assert.Equal("README.md\nü/b.txt", Git(record, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "refs/pr/1"));
        Assert.Equal(before, Git(record, "log", "--format=%an|%ae|%ad|%cd|%B", "main"));
        Assert.Equal(Git(record, "rev-parse", "main"), Git(record, "rev-parse", "v1^{commit}"));
        Assert.Contains("\nOne", Git(record, "cat-file", "tag", "v1"), StringComparison.Ordinal);
        Assert.Equal(3, Git(record, "log", "-1", "--format=%H %P", "main").Split(' ').Length);
        Assert.DoesNotContain("gpgsig", Git(record, "cat-file", "commit", "main"), StringComparison.Ordinal);
        Assert.Empty(Git(record, "log", "--all", "--format=", "--name-only", "--", "*.bin"));
    }

    [Fact]
    public async Task A_gate_that_stands_in_an_LFS_file_is_not_taken_out()
    {
        var record = await NewAsync();
        var card = Encoding.UTF8.GetBytes("---\ngated: manual\n---\n" + new string('a', 200));
        using (var sent = await world.PutAsync(await world.UploadHrefAsync(world.Owner, record.FullName, card), card))
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        using var source = new GitFolder();
        source.Commit("main", ("README.md", $"version https://git-lfs.github.com/spec/v1\noid sha256:{LfsWorld.Sha(card)}\nsize {card.Length}\n"), ("config.json", "{}"));
        source.PushTo(FolderOf(record), "main:main");
        using (var nobody = await world.Client().GetAsync($"/{record.FullName}/resolve/main/config.json"))
            Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);

        using var refused = await SendAsync(record, [LfsWorld.Sha(card)]);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.True(world.HasBlob(LfsWorld.Sha(card)));
        using var still = await world.Client().GetAsync($"/{record.FullName}/resolve/main/config.json");
        Assert.Equal(HttpStatusCode.Unauthorized, still.StatusCode);
    }

    [Fact]
    public async Task What_is_not_there_is_told_and_nothing_is_deleted()
    {
        var record = await NewAsync();
        var content = await GivenAsync(record);
        foreach (var (body, status) in new (object Body, int Status)[]
        {
            (new { deletions = new { sha = new[] { LfsWorld.Sha(content), new string('0', 64) } } }, 404),
            (new { deletions = new { sha = new[] { "abc" } } }, 400),
            (new { deletions = new { sha = Array.Empty<string>() } }, 400),
            (new { deletions = new { sha = Enumerable.Repeat(LfsWorld.Sha(content), 1001) } }, 400),
            (new { deletions = new { sha = LfsWorld.Sha(content) } }, 400),
            (new { deletions = new { sha = new[] { LfsWorld.Sha(content) }, rewriteHistory = "no" } }, 400),
            (new { sha = new[] { LfsWorld.Sha(content) } }, 400),
        })
        {
            using var answer = await world.Client(world.Owner.Token).PostAsJsonAsync($"/api/models/{record.FullName}/lfs-files/batch", body);
            Assert.True((int)answer.StatusCode == status, JsonSerializer.Serialize(body));
        }

        // Uploaded for a commit that never came: it has no name, and can be deleted all the same.
        Assert.Equal(LfsWorld.Sha(content), (string)Assert.Single(await ListAsync(record))["filename"]!);
        await DeleteAsync(record, [LfsWorld.Sha(content)]);
        Assert.Empty(await ListAsync(record));
    }

    private static (string, string, string, int) File(JsonNode item) => ((string)item["oid"]!, (string)item["fileOid"]!, (string)item["ref"]!, (int)item["size"]!);

    private static string Signed(GitFolder source, string tree, string parent, string other) => TestRepository.RunGit(
        ["--git-dir=" + source.Path, "hash-object", "-t", "commit", "-w", "--stdin"],
        Encoding.UTF8.GetBytes(
            $"tree {tree}\nparent {parent}\nparent {other}\nauthor A <a@example.org> 1700000100 +0200\ncommitter C <c@example.org> 1700000200 -0130\n"
            + "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n\nA merge\n\nwith a body\n")).Trim();

    private Task<RepositoryRecord> NewAsync() => world.AddRepositoryAsync(
        RepositoryType.Model,
        $"owner/files-{Interlocked.Increment(ref _names)}",
        new Dictionary<string, string> { [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n", ["README.md"] = "# Files\n" });

    private Task<byte[]> GivenAsync(RepositoryRecord record, int size = 100) => world.GivenAsync(world.Owner, record.FullName, size);

    private async Task CommitAsync(RepositoryRecord record, CommitRequest request, string revision = "main") =>
        (await request.SendAsync(world, world.Owner.Token, record.FullName, revision)).AssertDone();

    private async Task<List<JsonNode>> ListAsync(RepositoryRecord record) =>
        [.. (await world.Client(world.Owner.Token).GetFromJsonAsync<JsonArray>($"/api/models/{record.FullName}/lfs-files"))!.Select(item => item!)];

    private async Task<long> UsedAsync(RepositoryRecord record) =>
        (long)(await world.Client(world.Owner.Token).GetFromJsonAsync<JsonObject>($"/api/models/{record.FullName}?expand=usedStorage"))!["usedStorage"]!;

    private Task<HttpResponseMessage> SendAsync(RepositoryRecord record, string[] oids, bool rewrite = true) =>
        world.Client(world.Owner.Token).PostAsJsonAsync(
            $"/api/models/{record.FullName}/lfs-files/batch", new { deletions = new { sha = oids, rewriteHistory = rewrite } });

    private async Task<JsonObject> DeleteAsync(RepositoryRecord record, string[] oids, bool rewrite = true)
    {
        using var response = await SendAsync(record, oids, rewrite);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private string FolderOf(RepositoryRecord record) => world.Services.GetRequiredService<GitRepositories>().PathOf(record.Id);

    private string Git(RepositoryRecord record, params string[] arguments) => TestRepository.RunGit(["--git-dir=" + FolderOf(record), .. arguments]).Trim();
}
