using System.Net;
using System.Text;
using RepoHost.Git;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Folders nested by the thousand: refused when they come, and where they are already, every page and answer about them is bounded.</summary>
public sealed class DeepRepositoryTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    private const int Deepest = 100;

    /// <summary>A push of 20,000 nested folders took 55 seconds, and the page of its commit was a 500.</summary>
    [Theory]
    [InlineData(20_000)]
    [InlineData(2_000)]
    [InlineData(Deepest + 1)]
    public async Task A_push_of_too_many_nested_folders_is_refused(int folders)
    {
        var hub = await world.NewAsync();
        using var git = new SmartHttp.GitClient(world.Owner.Token);
        git.Must("init", "-q", "--bare", "work");
        Import(git.File("work"), Deep(folders));
        var push = git.TryIn("work", "push", new Uri(world.Address, hub.Id).ToString(), "main:deep");
        Assert.False(push.Succeeded);
        Assert.Contains("The path f/f/f/", push.Said, StringComparison.Ordinal);
        Assert.Contains("has more than 100 folders, the most that a file may lie in here", push.Said, StringComparison.Ordinal);
        Assert.Empty(hub.Git("branch", "--list", "deep"));
    }

    [Fact]
    public async Task A_commit_may_delete_what_is_too_deep_and_not_add_to_it()
    {
        var hub = await world.NewAsync();
        Import(hub.Folder, Deep(Deepest + 5), from: hub.Tip());
        var refused = await new CommitRequest().File(Deep(Deepest + 1), "x").SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("has more than 100 folders", refused.Error, StringComparison.Ordinal);
        (await new CommitRequest().Delete(Deep(Deepest + 5)).File(Deep(Deepest), "x").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.Contains(Deep(Deepest), hub.Files());
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(1_500)]
    public async Task Every_answer_about_folders_that_are_there_is_bounded(int folders)
    {
        var hub = await world.NewAsync();
        Import(hub.Folder, Deep(folders), from: hub.Tip());
        var inside = string.Join('/', Enumerable.Repeat("f", 1_000));
        using var client = world.Client(world.Owner.Token);
        foreach (var (address, statuses) in new (string, int[])[]
        {
            ($"/{hub.Id}", [200]), ($"/{hub.Id}/tree/main", [200]), ($"/{hub.Id}/tree/main/{inside}", [200]), ($"/{hub.Id}/commits/main", [200]), ($"/{hub.Id}/commits/main/{inside}", [200, 503]),
            ($"/{hub.Id}/commit/{hub.Tip()}", [200, 503]), ($"/api/models/{hub.Id}", [200]), ($"/api/models/{hub.Id}/tree/main?recursive=true", [200]),
            ($"/api/models/{hub.Id}/tree/main/{inside}?expand=true", [200]),
        })
        {
            using var response = await client.GetAsync(address);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(statuses.Contains((int)response.StatusCode), $"{address.Length} characters of {address[..Math.Min(address.Length, 40)]}: {response.StatusCode} {text[..Math.Min(text.Length, 300)]}");
            // A thousand paths of two thousand characters are two million; pages of the old way had four for one folder.
            Assert.True(text.Length < 2_500_000 && (address.StartsWith("/api", StringComparison.Ordinal) || text.Length < 400_000), $"{address[..Math.Min(address.Length, 40)]}: {text.Length} characters");
        }
    }

    /// <summary>Ten folders in each, all the same, a file in none of them: whoever looks for a file must not look for ever.</summary>
    [Fact]
    public async Task Folders_without_files_that_name_each_other_many_times_end()
    {
        var hub = await world.NewAsync();
        string Tree(string lines) => TestRepository.RunGit(["--git-dir=" + hub.Folder, "mktree"], Encoding.ASCII.GetBytes(lines));
        var tree = Tree("");
        for (var level = 0; level < 30; level++)
            tree = Tree(string.Concat(Enumerable.Range(0, 10).Select(i => $"040000 tree {tree}\t{i}\n")));
        hub.Git("update-ref", "refs/heads/main", hub.Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit-tree", "-m", "many", "-p", "main", tree));
        using var client = world.Client(world.Owner.Token);
        foreach (var address in (string[])[$"/{hub.Id}", $"/api/models/{hub.Id}", $"/{hub.Id}/tree/main"])
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(address)).StatusCode);
        var refused = await new CommitRequest().File("1", "a file").SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
    }

    /// <summary>A page of a folder ends by the length of its names, and the next page goes on behind it.</summary>
    [Fact]
    public async Task Long_names_make_more_pages_and_not_longer_ones()
    {
        var hub = await world.NewAsync();
        var names = Enumerable.Range(0, 300).Select(i => $"{i:D4}{new string('n', 3000)}").ToList();
        Import(hub.Folder, [.. names.Select(name => "long/" + name)], from: hub.Tip());
        using var client = world.Client(world.Owner.Token);
        var seen = new List<string>();
        for (var next = $"/api/models/{hub.Id}/tree/main/long"; next is not null;)
        {
            using var response = await client.GetAsync(next);
            var text = await response.Content.ReadAsStringAsync();
            Assert.InRange(text.Length, 1000, EntryPage.MostCharacters * 2);
            seen.AddRange(System.Text.Json.JsonDocument.Parse(text).RootElement.EnumerateArray().Select(item => item.GetProperty("path").GetString()!["long/".Length..]));
            next = response.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1].Replace("localhost", "127.0.0.1", StringComparison.Ordinal) : null;
        }

        Assert.Equal(names, seen);
        Assert.InRange((await client.GetStringAsync($"/{hub.Id}/tree/main/long")).Length, 1000, 4_000_000);
        Assert.InRange((await client.GetStringAsync($"/{hub.Id}/commit/{hub.Tip()}")).Length, 1000, 2_000_000);
    }

    private static string Deep(int folders) => string.Concat(Enumerable.Repeat("f/", folders)) + "file.txt";

    private static void Import(string folder, string path, string? from = null) => Import(folder, [path], from);

    private static void Import(string folder, IReadOnlyList<string> paths, string? from = null)
    {
        var text = new StringBuilder("commit refs/heads/main\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata 4\ndeep\n");
        if (from is not null)
            text.Append("from ").Append(from).Append('\n');
        foreach (var path in paths)
            text.Append("M 100644 inline ").Append(path).Append("\ndata 2\nx\n\n");
        TestRepository.RunGit(["--git-dir=" + folder, "fast-import", "--quiet", "--force"], Encoding.ASCII.GetBytes(text.ToString()));
    }
}
