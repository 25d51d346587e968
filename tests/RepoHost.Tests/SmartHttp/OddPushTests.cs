using System.Net;
using System.Text;
using System.Text.Json;
using RepoHost.Accounts;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>Commits and names that git takes and that no page was made for: pushed, and then looked at through every door that shows them.</summary>
public sealed class OddPushTests(GitWorld world) : IClassFixture<GitWorld>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_whose_time_is_in_milliseconds_is_taken_and_shown(bool belowTheTip)
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Writer.Token);
        var tree = git.In("work", "rev-parse", "HEAD^{tree}").Trim();
        var parent = git.In("work", "rev-parse", "HEAD").Trim();
        var text = $"tree {tree}\nparent {parent}\nauthor A <a@example.org> 1731000000000 +0000\ncommitter A <a@example.org> 1731000000000 +0000\n\nin milliseconds\n";
        var odd = TestRepository.RunGit(["-C", git.File("work"), "hash-object", "-t", "commit", "-w", "--stdin"], Encoding.UTF8.GetBytes(text));
        git.In("work", "reset", "-q", "--hard", odd);
        if (belowTheTip)
        {
            git.Write("work/new.txt", "n");
            git.Commit("work");
        }

        git.In("work", "tag", "-a", "-m", "t", "v1", odd);
        git.In("work", "push", "-q", "origin", "main", "v1");
        foreach (var revision in (string[])["main", "v1", odd])
            await AllShownAsync(record, revision, odd);

        var commits = JsonDocument.Parse(await GetAsync($"/api/models/{record.FullName}/commits/{odd}")).RootElement;
        Assert.Equal("in milliseconds", commits[0].GetProperty("title").GetString());
        Assert.Equal("1970-01-01T00:00:00.000Z", commits[0].GetProperty("date").GetString());
    }

    [Fact]
    public async Task Files_whose_names_are_no_utf8_are_listed_had_and_deleted_one_by_one()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Writer.Token);
        var root = git.In("work", "ls-tree", "HEAD");
        byte[] entries = [.. Encoding.UTF8.GetBytes(root.Replace("\n", "\0", StringComparison.Ordinal)), .. Entry("\u00e9", "one"), .. Entry("\u00e8", "two")];
        var tree = TestRepository.RunGit(["-C", git.File("work"), "mktree", "-z"], entries);
        git.In("work", "update-ref", "refs/heads/main", git.In("work", "commit-tree", "-p", "HEAD", "-m", "odd", tree).Trim());
        git.In("work", "push", "-q", "origin", "main");

        const string one = "caf\uefe9.txt", two = "caf\uefe8.txt";
        Assert.Equal([two, one], (await PathsAsync(record)).Where(path => path.StartsWith("caf", StringComparison.Ordinal)));
        Assert.Equal("one", await GetAsync($"/{record.FullName}/resolve/main/{Uri.EscapeDataString(one)}"));
        Assert.Equal("two", await GetAsync($"/{record.FullName}/raw/main/{Uri.EscapeDataString(two)}"));
        foreach (var page in (string[])["tree/main", $"blob/main/{Uri.EscapeDataString(one)}", $"commits/main/{Uri.EscapeDataString(one)}", "commits/main"])
            await GetAsync($"/{record.FullName}/{page}");

        // Replaced, by a commit of either kind, and then deleted: the other one stays.
        (await new CommitRequest().File(one, "ONE").SendAsync(world, world.Owner.Token, record.FullName)).AssertDone();
        Assert.Equal("ONE", await GetAsync($"/{record.FullName}/resolve/main/{Uri.EscapeDataString(one)}"));
        (await Enumerable.Range(0, 300).Aggregate(new CommitRequest().File(two, "TWO"), (request, i) => request.File($"many/{i}", "x")).SendAsync(world, world.Owner.Token, record.FullName)).AssertDone();
        Assert.Equal("TWO", await GetAsync($"/{record.FullName}/resolve/main/{Uri.EscapeDataString(two)}"));
        (await new CommitRequest().Delete(one).SendAsync(world, world.Owner.Token, record.FullName)).AssertDone();
        Assert.Equal([two], (await PathsAsync(record)).Where(path => path.StartsWith("caf", StringComparison.Ordinal)));

        var refused = await new CommitRequest().File("new\uefe9.txt", "x").SendAsync(world, world.Owner.Token, record.FullName);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("stand for bytes that are not UTF-8", refused.Error, StringComparison.Ordinal);
        refused = await new CommitRequest().File("caf\uefc3\uefa8.txt", "x").SendAsync(world, world.Owner.Token, record.FullName);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.DoesNotContain("error", TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "fsck", "--full"]), StringComparison.Ordinal);

        byte[] Entry(string letter, string text) => Encoding.Latin1.GetBytes(
            $"100644 blob {TestRepository.RunGit(["-C", git.File("work"), "hash-object", "-w", "--stdin"], Encoding.UTF8.GetBytes(text))}\tcaf{letter}.txt\0");
    }

    private async Task AllShownAsync(RepositoryRecord record, string revision, string odd)
    {
        var name = record.FullName;
        foreach (var address in (string[])[$"/api/models/{name}/commits/{revision}", $"/api/models/{name}/tree/{revision}?expand=true", $"/api/models/{name}/revision/{revision}", $"/api/models/{name}/refs",
            $"/{name}/tree/{revision}", $"/{name}/commits/{revision}", $"/{name}/commit/{odd}", $"/{name}", $"/{name}/commits/{revision}/README.md"])
            await GetAsync(address);
    }

    private async Task<IEnumerable<string>> PathsAsync(RepositoryRecord record) =>
        JsonDocument.Parse(await GetAsync($"/api/models/{record.FullName}/tree/main")).RootElement.EnumerateArray().Select(entry => entry.GetProperty("path").GetString()!).ToArray();

    private async Task<string> GetAsync(string address)
    {
        using var client = world.Client();
        using var response = await client.GetAsync(address, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{address}: {response.StatusCode} {body}");
        return body;
    }
}
