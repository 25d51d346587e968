using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using RepoHost.Accounts;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>What lies in a repository's folder is data: no hook of it ever runs, and no lock that a dead program has left stops anybody (threat rows 15, 40).</summary>
public sealed class HookTests(GitWorld world) : IClassFixture<GitWorld>
{
    private static readonly string[] Hooks = ["pre-receive", "update", "post-receive", "reference-transaction", "post-update", "proc-receive", "post-index-change", "pre-auto-gc"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hooks_in_the_repository_never_run(bool configured)
    {
        var record = await world.NewAsync();
        var folder = world.FolderOf(record);
        var witness = Directory.CreateTempSubdirectory("repohost-hooks-").FullName;
        try
        {
            var place = Directory.CreateDirectory(Path.Combine(configured ? witness : folder, "hooks")).FullName;
            foreach (var hook in Hooks)
            {
                var file = Path.Combine(place, hook);
                File.WriteAllText(file, $"#!/bin/sh\necho {hook} >> {witness}/ran\n");
                Process.Start("chmod", ["u+x", file]).WaitForExit();
            }

            if (configured)
                TestRepository.RunGit([$"--git-dir={folder}", "config", "core.hooksPath", place]);
            await WriteInEveryWayAsync(record);
            Assert.False(File.Exists(Path.Combine(witness, "ran")), File.Exists(Path.Combine(witness, "ran")) ? File.ReadAllText(Path.Combine(witness, "ran")) : "");

            // They would run: git itself calls them when nobody keeps it from it.
            TestRepository.RunGit([$"--git-dir={folder}", "update-ref", "refs/heads/by-hand", "main"]);
            Assert.Contains("reference-transaction", File.ReadAllText(Path.Combine(witness, "ran")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(witness, recursive: true);
        }
    }

    /// <summary>
    /// Threat row 15. A write sees the repository's objects through an alternates file of its quarantine, which goes with it. There are no forks, no duplicates and no
    /// transfer of objects between repositories: bytes get into one only by being sent to it.
    /// </summary>
    [Fact]
    public async Task After_writes_no_repository_looks_into_another_ones_objects()
    {
        await WriteInEveryWayAsync(await world.NewAsync());
        var repositories = Path.Combine(world.DataDirectory, "repositories");
        Assert.NotEmpty(Directory.EnumerateDirectories(repositories, "*.git", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(repositories, "*alternates", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Locks_that_a_dead_program_has_left_stop_nobody_and_cost_nothing()
    {
        var record = await world.NewAsync();
        var folder = world.FolderOf(record);
        TestRepository.RunGit([$"--git-dir={folder}", "branch", "kept", "main"]);
        TestRepository.RunGit([$"--git-dir={folder}", "pack-refs", "--all"]);
        string[] locks = [Path.Combine(folder, "refs/heads/main.lock"), Path.Combine(folder, "packed-refs.lock")];
        using var git = world.Clone(record, world.Owner.Token);
        git.Write("work/pushed.txt", "pushed\n");
        git.Commit("work");

        Array.ForEach(locks, file => File.WriteAllText(file, ""));
        git.In("work", "push", "-q", "origin", "main");
        Array.ForEach(locks, file => File.WriteAllText(file, ""));
        var commit = await new CommitRequest().File("committed.txt", "committed\n").SendAsync(world, world.Owner.Token, record.FullName);
        commit.AssertDone();
        Array.ForEach(locks, file => File.WriteAllText(file, ""));
        git.In("work", "push", "-q", "origin", ":kept");

        foreach (var (path, text) in new[] { ("pushed.txt", "pushed\n"), ("committed.txt", "committed\n"), ("config.json", "{}") })
            Assert.Equal(text, await world.Client().GetStringAsync($"{world.Url(record)}/resolve/main/{path}"));
        Assert.Equal($"{commit.Oid} refs/heads/main", TestRepository.RunGit([$"--git-dir={folder}", "for-each-ref", "--format=%(objectname) %(refname)"]).Trim());
        Assert.Empty(TestRepository.RunGit([$"--git-dir={folder}", "fsck", "--full", "--strict"]).Trim());
    }

    private async Task WriteInEveryWayAsync(RepositoryRecord record)
    {
        using var git = world.Clone(record, world.Owner.Token);
        git.Write("work/pushed.txt", "pushed\n");
        git.Commit("work");
        git.In("work", "push", "-q", "origin", "main", "main:second");
        git.In("work", "push", "-q", "origin", ":second");
        (await new CommitRequest().File("committed.txt", "x").SendAsync(world, world.Owner.Token, record.FullName)).AssertDone();
        using var branch = await world.Client(world.Owner.Token).PostAsJsonAsync($"/api/models/{record.FullName}/branch/made", new { });
        Assert.Equal(HttpStatusCode.OK, branch.StatusCode);
    }
}
