using RepoHost.Git;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>How many refs a push may make and a repository may have, and that many of them become one file.</summary>
public sealed class RefLimitTests(RefLimitTests.World world) : IClassFixture<RefLimitTests.World>
{
    private const int AtOnce = 300, InAll = 400;

    [Fact]
    public async Task A_push_of_too_many_refs_is_refused_and_one_of_many_is_packed()
    {
        var hub = await world.NewAsync();
        using var git = new GitClient(world.Owner.Token);
        git.Must("clone", "-q", new Uri(world.Address, hub.Id).ToString(), "work");
        MakeTags(git, 0, AtOnce + 1);
        var refused = git.TryIn("work", "push", "-q", "origin", "--tags");
        Assert.False(refused.Succeeded);
        Assert.Contains("This would make 301 branches and tags; one push may make 300. Push them in parts.", refused.Said, StringComparison.Ordinal);
        Assert.Empty(hub.Git("tag"));

        git.In("work", "tag", "-d", "t0");
        git.In("work", "push", "-q", "origin", "--tags");
        Assert.Equal(AtOnce, hub.Git("tag").Split('\n').Length);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (Directory.GetFiles(Path.Combine(hub.Folder, "refs"), "*", SearchOption.AllDirectories).Length > RepositoryUpkeep.MostLooseRefs)
            await Task.Delay(50, patience.Token);
        Assert.Equal(AtOnce, hub.Git("tag").Split('\n').Length);

        MakeTags(git, AtOnce + 1, InAll);
        git.In("work", "push", "-q", "origin", "--tags");
        MakeTags(git, InAll, InAll + 1);
        var full = git.TryIn("work", "push", "origin", "--tags");
        Assert.Contains("The repository would have more than 400 branches and tags. Delete some first", full.Said, StringComparison.Ordinal);
        using var client = world.Client(world.Owner.Token);
        using var branch = await client.PostAsync($"/api/models/{hub.Id}/branch/one-more", null);
        Assert.Contains("more than 400 branches and tags", await branch.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // One for another is no more than before, and proposals count by themselves.
        git.In("work", "push", "-q", "origin", ":refs/tags/t5", "refs/tags/t400");
        (await new CommitRequest().File("proposed.txt", "x").SendAsync(world, world.Stranger.Token, hub.Id, query: "?create_pr=1")).AssertDone();
    }

    private static void MakeTags(GitClient git, int from, int to)
    {
        var tip = git.In("work", "rev-parse", "HEAD").Trim();
        TestRepository.RunGit(
            ["-C", git.File("work"), "update-ref", "--stdin"],
            System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(from, to - from).Select(i => $"create refs/tags/t{i} {tip}\n"))));
    }

    public sealed class World : CommitWorld
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, $"--Pushes:NewRefs={AtOnce}", $"--Pushes:MostRefs={InAll}", "--Uploads:MostOperations=5"];
    }

    [Fact]
    public async Task A_commit_of_too_many_operations_is_refused_with_the_limit()
    {
        var hub = await world.NewAsync();
        var answer = await Enumerable.Range(0, 6).Aggregate(new CommitRequest(), (request, i) => request.File($"{i}.txt", "x")).SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Contains("a commit may have 5 operations. Make several commits of it", answer.Error, StringComparison.Ordinal);
    }
}
