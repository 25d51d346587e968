using System.Diagnostics;
using System.Text;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Commits of thousands of files: what they hold, and that their cost grows with their size and not with its square.</summary>
public sealed class ManyFilesCommitTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    /// <summary>Three commits of 24,000 files in one folder took 7, 19 and 46 seconds: each file was looked for among all that were there.</summary>
    [Fact]
    public async Task Files_in_a_folder_of_many_cost_little_more_than_in_an_empty_one()
    {
        var hub = await world.NewAsync();
        await CommitAsync(hub, "warm", 0, 500);
        var first = await CommitAsync(hub, "folder", 0, 4_000);
        for (var i = 1; i < 4; i++)
            await CommitAsync(hub, "folder", i * 8_000, 8_000);
        var last = await CommitAsync(hub, "folder", 40_000, 4_000);
        Assert.True(last < first * 4, $"the first commit took {first}, the last {last}");
        Assert.Equal(32_000 + 500 + 5, hub.Files().Length);
        hub.AssertSound();
    }

    [Fact]
    public async Task A_large_commit_makes_the_same_tree_as_small_ones()
    {
        var (large, small) = (await world.NewAsync(), await world.NewAsync());
        foreach (var hub in (TestHub[])[large, small])
        {
            (await new CommitRequest().File("a/b/1.txt", "1").File("a/b/2.txt", "2").File("a/c", "c").File("a.txt", "a").File("a0", "0").File("only/one/here.txt", "x").File("run.sh", "#!")
                .SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
            AddOddEntries(hub);
        }

        Func<CommitRequest, CommitRequest> change = request => request
            .DeleteFolder("a/b/").File("a/b/3.txt", "3").Delete("a/c").File("a/c/now/a/folder.txt", "deep").File("a.txt", "changed")
            .Delete("only/one/here.txt").File("only2/ü \"x\".txt", "größe").File("run.sh", "#!!").File("odd/kept/new.txt", "n").File("weights.bin", "lfs").File("sub/a.txt", "");
        Func<CommitRequest, int, int, CommitRequest> pad = (request, from, to) =>
            Enumerable.Range(from, to - from).Aggregate(request, (r, i) => r.File($"pad/{i % 7}/{i}.txt", $"{i}"));

        (await pad(change(new CommitRequest()), 0, 300).SendAsync(world, world.Owner.Token, large.Id)).AssertDone();
        (await change(new CommitRequest()).SendAsync(world, world.Owner.Token, small.Id)).AssertDone();
        (await pad(new CommitRequest(), 0, 150).SendAsync(world, world.Owner.Token, small.Id)).AssertDone();
        (await pad(new CommitRequest(), 150, 300).SendAsync(world, world.Owner.Token, small.Id)).AssertDone();
        Assert.Equal(small.Git("ls-tree", "-r", "main"), large.Git("ls-tree", "-r", "main"));
        Assert.Equal(small.Tip("main^{tree}"), large.Tip("main^{tree}"));
        large.AssertSound();

        // And all of it away again.
        (await new[] { "a", "pad", "odd", "only2", "sub" }.Aggregate(new CommitRequest(), (request, folder) => request.DeleteFolder(folder + "/")).SendAsync(world, world.Owner.Token, large.Id)).AssertDone();
        Assert.DoesNotContain(large.Files(), file => file.Contains('/', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_large_commit_may_leave_nothing()
    {
        var hub = await world.NewAsync();
        (await Enumerable.Range(0, 300).Aggregate(new CommitRequest(), (request, i) => request.File($"{i}.txt", "x")).SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        (await hub.Files().Aggregate(new CommitRequest(), (request, file) => request.Delete(file)).SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.Empty(hub.Files());
        hub.AssertSound();
    }

    /// <summary>A name that is no UTF-8, a program, a link and another repository, which a change beside them must leave as they are.</summary>
    private static void AddOddEntries(TestHub hub)
    {
        var blob = hub.Git("rev-parse", "main:a0");
        byte[] kept = [.. Encoding.ASCII.GetBytes($"100644 blob {blob}\tn"), 0xff, 0xfe, 0, .. Encoding.ASCII.GetBytes($"120000 blob {blob}\tlink\0160000 commit {new string('1', 40)}\tmodule\0100755 blob {blob}\tprogram\0")];
        var folder = TestRepository.RunGit(["--git-dir=" + hub.Folder, "mktree", "-z"], kept);
        var odd = TestRepository.RunGit(["--git-dir=" + hub.Folder, "mktree"], Encoding.ASCII.GetBytes($"040000 tree {folder}\tkept\n"));
        var top = hub.Git("ls-tree", "main").Replace($"100644 blob {hub.Git("rev-parse", "main:run.sh")}", $"100755 blob {hub.Git("rev-parse", "main:run.sh")}", StringComparison.Ordinal);
        var root = TestRepository.RunGit(["--git-dir=" + hub.Folder, "mktree"], Encoding.UTF8.GetBytes($"{top}\n040000 tree {odd}\todd\n"));
        var commit = hub.Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit-tree", "-m", "odd", "-p", "main", root);
        hub.Git("update-ref", "refs/heads/main", commit);
    }

    private async Task<TimeSpan> CommitAsync(TestHub hub, string folder, int from, int count)
    {
        var request = new CommitRequest();
        for (var i = from; i < from + count; i++)
            request.File($"{folder}/file-{i:D6}.txt", "x\n");
        var started = Stopwatch.StartNew();
        (await request.SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        return started.Elapsed;
    }
}
