using System.Net.Http.Json;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>
/// <c>git push origin pr/1:refs/pr/1</c>, as the Hub's documents have it: for whoever opened the pull request and for those who may write to the repository. It was
/// refused to everybody.
/// </summary>
public sealed class PullRequestPushTests(GitWorld world) : IClassFixture<GitWorld>
{
    [Fact]
    public async Task Its_author_and_those_who_may_write_push_to_it()
    {
        var record = await ProposedAsync();
        foreach (var (person, content) in new[] { (world.Stranger, "by its author"), (world.Writer, "by a writer") })
        {
            using var git = world.Clone(record, person.Token);
            git.In("work", "fetch", "-q", "origin", "refs/pr/1:pr/1");
            git.In("work", "checkout", "-q", "pr/1");
            git.Write("work/proposed.txt", content);
            git.Commit("work");
            git.In("work", "push", "-q", "origin", "pr/1:refs/pr/1");
            Assert.Equal(content, await world.Client().GetStringAsync($"{world.Url(record)}/resolve/refs%2Fpr%2F1/proposed.txt"));
        }

        Assert.Empty(TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "fsck", "--strict", "--no-dangling"]));
    }

    [Fact]
    public async Task Its_author_pushes_nothing_else()
    {
        var record = await ProposedAsync();
        (await new CommitRequest().File("other.txt", "x").SendAsync(world, world.Writer.Token, record.FullName, query: "?create_pr=1")).AssertDone();
        var before = Refs(record);
        using var git = world.Clone(record, world.Stranger.Token);
        git.Write("work/x.txt", "x");
        git.Commit("work");
        foreach (var (refspecs, said) in new (string[], string)[]
        {
            (["main"], "not the required permissions"),
            (["main:other"], "not the required permissions"),
            (["+main:refs/pr/2"], "by the person who opened it"),
            (["+main:refs/pr/1", "main"], "not the required permissions"),
            (["+main:refs/pr/1", "+main:refs/pr/2"], "by the person who opened it"),
            (["main:refs/pr/3"], "There is no such pull request"),
            ([":refs/pr/1"], "can't be deleted"),
        })
        {
            var answer = git.TryIn("work", ["push", "origin", .. refspecs]);
            Assert.False(answer.Succeeded);
            Assert.Contains(said, answer.Said, StringComparison.Ordinal);
            Assert.Equal(before, Refs(record));
        }
    }

    [Fact]
    public async Task Who_has_opened_none_is_refused_before_anything_is_sent()
    {
        var record = await world.NewAsync();
        (await new CommitRequest().File("proposed.txt", "x").SendAsync(world, world.Writer.Token, record.FullName, query: "?create_pr=1")).AssertDone();
        using var stranger = world.Clone(record, world.Stranger.Token);
        stranger.Write("work/x.txt", "x");
        stranger.Commit("work");
        Assert.Contains("not the required permissions", stranger.TryIn("work", "push", "origin", "+main:refs/pr/1").Said, StringComparison.Ordinal);
        using var writer = world.Clone(record, world.Writer.Token);
        Assert.Contains("There is no such pull request", writer.TryIn("work", "push", "origin", "main:refs/pr/2").Said, StringComparison.Ordinal);
        Assert.Contains("can't be deleted", writer.TryIn("work", "push", "origin", ":refs/pr/1").Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_was_turned_away_pushes_to_it_no_more()
    {
        var record = await world.AddRepositoryAsync(RepositoryType.Model, "team/pr-push-gated", new Dictionary<string, string> { ["README.md"] = "---\ngated: manual\n---\n" });
        await HandleAsync("grant", new { user = "stranger" });
        (await new CommitRequest().File("proposed.txt", "x").SendAsync(world, world.Stranger.Token, record.FullName, query: "?create_pr=1")).AssertDone();
        using var git = world.Clone(record, world.Stranger.Token);
        git.In("work", "fetch", "-q", "origin", "refs/pr/1:pr/1");
        git.In("work", "checkout", "-q", "pr/1");
        git.Write("work/proposed.txt", "more");
        git.Commit("work");
        await HandleAsync("handle", new { user = "stranger", status = "rejected" });
        Assert.Contains("has been rejected", git.TryIn("work", "push", "origin", "pr/1:refs/pr/1").Said, StringComparison.Ordinal);
        await HandleAsync("handle", new { user = "stranger", status = "accepted" });
        git.In("work", "push", "-q", "origin", "pr/1:refs/pr/1");

        async Task HandleAsync(string verb, object body)
        {
            using var client = world.Client(world.Owner.Token);
            using var answer = await client.PostAsJsonAsync($"/api/models/{record.FullName}/user-access-request/{verb}", body);
            Assert.True(answer.IsSuccessStatusCode);
        }
    }

    /// <summary>A repository with a pull request of the stranger's.</summary>
    private async Task<RepositoryRecord> ProposedAsync()
    {
        var record = await world.NewAsync();
        (await new CommitRequest().File("proposed.txt", "x").SendAsync(world, world.Stranger.Token, record.FullName, query: "?create_pr=1")).AssertDone();
        return record;
    }

    private string Refs(RepositoryRecord record) => TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "for-each-ref", "--format=%(refname) %(objectname)"]);
}
