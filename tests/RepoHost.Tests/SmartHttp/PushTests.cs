using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>Pushes by the real git: what is taken, what is not, and what the person reads on their terminal (design 1; threat rows 1, 12, 13, 23, 24, 40, 41).</summary>
public sealed partial class PushTests(GitWorld world) : IClassFixture<GitWorld>
{
    [Fact]
    public async Task Commits_branches_and_tags_arrive_and_the_repository_stays_sound()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Writer.Token);
        git.Write("work/a/b/c.txt", "c\n");
        git.Commit("work");
        git.In("work", "tag", "light");
        git.In("work", "tag", "-a", "v1", "-m", "one");
        git.In("work", "push", "-q", "origin", "main", "main:feature/x", "light", "v1");

        Assert.Equal("c\n", await ReadAsync(record, "resolve/main/a/b/c.txt"));
        Assert.Equal("c\n", await ReadAsync(record, "resolve/feature%2Fx/a/b/c.txt"));
        Assert.Equal("c\n", await ReadAsync(record, "resolve/v1/a/b/c.txt"));
        git.In("work", "push", "-q", "origin", ":feature/x", ":light");
        Assert.Equal(["refs/heads/main", "refs/tags/v1"], Refs(record));

        Assert.DoesNotContain("error", TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "fsck", "--full", "--strict"]), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(world.FolderOf(record), "quarantine")));
    }

    [Fact]
    public async Task A_large_push_comes_in_chunks_after_a_probe()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        var content = System.Security.Cryptography.RandomNumberGenerator.GetBytes(5_000_000);
        git.Write("work/plain.dat", content);
        git.Commit("work");
        git.In("work", "push", "-q", "origin", "main");
        using var response = await world.Client().GetAsync($"{world.Url(record)}/resolve/main/plain.dat");
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_branch_may_be_forced_but_what_another_has_pushed_is_not_overwritten_unseen()
    {
        var record = await world.NewAsync();
        using var one = world.Clone(record, world.Owner.Token);
        using var other = world.Clone(record, world.Writer.Token);
        one.Write("work/one.txt", "1");
        one.Commit("work");
        one.In("work", "push", "-q", "origin", "main");
        other.Write("work/other.txt", "2");
        other.Commit("work");
        var refused = other.TryIn("work", "push", "origin", "main");
        Assert.Contains("fetch first", refused.Said, StringComparison.Ordinal);
        Assert.False(refused.Succeeded);

        other.In("work", "push", "-q", "--force", "origin", "main");
        Assert.Equal("2", await ReadAsync(record, "resolve/main/other.txt"));
    }

    [Fact]
    public async Task Of_two_pushes_at_once_one_wins_and_the_other_is_told()
    {
        var record = await world.NewAsync();
        var authors = Enumerable.Range(0, 4).Select(_ => world.Clone(record, world.Owner.Token)).ToArray();
        try
        {
            for (var i = 0; i < authors.Length; i++)
            {
                authors[i].Write("work/who.txt", $"{i}");
                authors[i].Commit("work");
            }

            var answers = await Task.WhenAll(authors.Select(git => Task.Run(() => git.TryIn("work", "push", "origin", "main"))));
            var winner = Array.FindIndex(answers, answer => answer.Succeeded);
            Assert.Equal(1, answers.Count(answer => answer.Succeeded));
            Assert.All(answers.Where(answer => !answer.Succeeded), answer => Assert.Contains("fetch first", answer.Said, StringComparison.Ordinal));
            Assert.Equal($"{winner}", await ReadAsync(record, "resolve/main/who.txt"));
        }
        finally
        {
            Array.ForEach(authors, git => git.Dispose());
        }
    }

    [Fact]
    public async Task Other_people_read_only_tokens_and_nobody_push_nothing()
    {
        var record = await world.NewAsync();
        var users = world.Services.GetRequiredService<UserAccounts>();
        var readToken = await world.AddTokenAsync((await users.FindAsync("owner", CancellationToken.None))!, TokenRole.Read);
        foreach (var (token, said) in new[] { (world.Stranger.Token, "not the required permissions"), (readToken, "not the required permissions"), (null, "could not read Username") })
        {
            using var git = world.Clone(record, token);
            git.Write("work/x.txt", "x");
            git.Commit("work");
            foreach (var refspec in (string[])["main", "+main:other", ":main"])
                Assert.Contains(said, git.TryIn("work", "push", "origin", refspec).Said, StringComparison.Ordinal);
        }

        Assert.Equal(["refs/heads/main"], Refs(record));
    }

    [Theory]
    [InlineData("refs/pr/1")]
    [InlineData("refs/notes/commits")]
    [InlineData("refs/convert/parquet")]
    [InlineData("refs/replace/0123456789012345678901234567890123456789")]
    [InlineData("refs/heads/HEAD")]
    public async Task Refs_that_are_no_branch_or_tag_are_refused(string name)
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        git.Write("work/x.txt", "x");
        git.Commit("work");
        var answer = git.TryIn("work", "push", "origin", $"main:{name}", "main:also");
        Assert.False(answer.Succeeded);
        Assert.Contains("remote: ", answer.Said, StringComparison.Ordinal);
        Assert.Equal(["refs/heads/main"], Refs(record));
    }

    [Fact]
    public async Task The_default_branch_can_not_be_deleted()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        Assert.Contains("Cannot delete refs/heads/main: it is the default branch.", git.TryIn("work", "push", "origin", ":main").Said, StringComparison.Ordinal);
        Assert.Equal(["refs/heads/main"], Refs(record));
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_with_the_command_to_type_also_when_a_later_commit_removes_it()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        git.Write("work/weights/big.safetensors", new byte[11_000_000]);
        git.Commit("work");
        File.Delete(git.File("work/weights/big.safetensors"));
        git.Commit("work");
        var answer = git.TryIn("work", "push", "origin", "main");
        Assert.False(answer.Succeeded);
        Assert.Contains("remote:   weights/big.safetensors (11 MB)", answer.Said, StringComparison.Ordinal);
        Assert.Contains("remote:   git lfs track \"*.safetensors\"", answer.Said, StringComparison.Ordinal);
        Assert.Single(TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-list", "--all"]).Trim().Split('\n'));
    }

    [Fact]
    public async Task A_pointer_without_its_object_is_refused()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        git.Write("work/model.bin", $"version https://git-lfs.github.com/spec/v1\noid sha256:{new string('a', 64)}\nsize 12345\n");
        git.Commit("work");
        var answer = git.TryIn("work", "push", "origin", "main");
        Assert.False(answer.Succeeded);
        Assert.Contains($"remote:   model.bin (sha256:{new string('a', 64)}, 12345 bytes)", answer.Said, StringComparison.Ordinal);
        Assert.Contains("git lfs push --all origin", answer.Said, StringComparison.Ordinal);
    }

    /// <summary>Each of these was taken as a card that says nothing of a gate, or asks for nothing.</summary>
    [Theory]
    [InlineData("---\nlicense: mit\nga\u200Bted: manual\n---\n", "line 3, column 1: the key 'ga[U+200B]ted' must be written 'gated', in plain letters.")]
    [InlineData("---\ngated: auto\nextra-gated-prompt: You agree.\n---\n", "line 3, column 1: the key 'extra-gated-prompt' must be written 'extra_gated_prompt', in plain letters.")]
    [InlineData("\uFEFF\uFEFF---\ngated: manual\n---\n", "line 1, column 1: the line that begins the front matter must be --- and nothing else, but here is the character U+FEFF.")]
    [InlineData("---\ngated: auto\n---\u00A0\n# Model\n", "line 3, column 4: the line that ends the front matter must be --- and nothing else, but here is the character U+00A0.")]
    [InlineData("---\ngated: auto\nextra_gated_fields:\n  '': checkbox\n---\n", "line 4, column 3: a field of 'extra_gated_fields' has no label, so nobody could know what it asks for.")]
    public async Task A_gate_that_nobody_would_see_is_refused_with_line_and_column(string readme, string reason)
    {
        var record = await world.NewAsync("---\nlicense: mit\n---\n");
        using var git = world.Clone(record, world.Owner.Token);
        git.Write("work/README.md", readme);
        git.Commit("work");
        var answer = git.TryIn("work", "push", "origin", "main");
        Assert.False(answer.Succeeded);
        Assert.Contains($"remote:   README.md, {reason}", answer.Said, StringComparison.Ordinal);
        Assert.Contains("license: mit", await ReadAsync(record, "resolve/main/README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_that_can_not_be_read_is_refused_with_line_and_column_and_the_gate_stays()
    {
        var record = await world.NewAsync("---\ngated: manual\n---\n");
        using var git = world.Clone(record, world.Owner.Token);
        git.Write("work/README.md", "---\nlicense: mit\ngated: [manual\n---\n");
        git.Commit("work");
        var answer = git.TryIn("work", "push", "origin", "main");
        Assert.False(answer.Succeeded);
        Assert.Matches("remote:   README.md, line [0-9]+, column [0-9]+: ", answer.Said);
        await IsAsync(record, HttpStatusCode.Forbidden);

        // On another branch it is nobody's gate.
        git.In("work", "push", "-q", "origin", "main:draft");
        await IsAsync(record, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Only_who_may_change_the_settings_lowers_the_gate_and_all_hold_with_the_next_request()
    {
        var record = await world.NewAsync();
        await IsAsync(record, HttpStatusCode.OK);
        using var writer = world.Clone(record, world.Writer.Token);
        foreach (var gate in (string[])["auto", "manual"])
        {
            writer.Write("work/README.md", $"---\ngated: {gate}\n---\n");
            writer.Commit("work");
            writer.In("work", "push", "-q", "origin", "main");
            await IsAsync(record, HttpStatusCode.Forbidden);
        }

        foreach (var lower in (string[])["---\ngated: auto\n---\n", "---\ngated: false\n---\n", "# nothing\n"])
        {
            writer.Write("work/README.md", lower);
            writer.Commit("work");
            var answer = writer.TryIn("work", "push", "origin", "main");
            Assert.Contains("would lower the repository's gate from manual to", answer.Said, StringComparison.Ordinal);
            Assert.False(answer.Succeeded);
            await IsAsync(record, HttpStatusCode.Forbidden);
        }

        // Nor by taking the card away, nor by going back to before the gate.
        writer.In("work", "rm", "-q", "README.md");
        writer.In("work", "commit", "-qm", "no card");
        Assert.False(writer.TryIn("work", "push", "origin", "main").Succeeded);
        var first = writer.In("work", "rev-list", "--max-parents=0", "HEAD").Trim();
        Assert.False(writer.TryIn("work", "push", "--force", "origin", $"{first}:main").Succeeded);
        await IsAsync(record, HttpStatusCode.Forbidden);

        using var owner = world.Clone(record, world.Owner.Token);
        owner.Write("work/README.md", "# open\n");
        owner.Commit("work");
        owner.In("work", "push", "-q", "origin", "main");
        await IsAsync(record, HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_setting_holds_whatever_the_card_says()
    {
        var record = await world.NewAsync("---\ngated: auto\n---\n");
        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(record.Id, row => row.GateSetting = GateMiddleware.Policy.GateMode.Manual, CancellationToken.None);
        using var writer = world.Clone(record, world.Writer.Token);
        writer.Write("work/README.md", "# the setting gates\n");
        writer.Commit("work");
        writer.In("work", "push", "-q", "origin", "main");
        await IsAsync(record, HttpStatusCode.Forbidden);
    }

    /// <summary>Threat rows 39 and 40. The LFS object is the repository's own, so that only what the card is stands against the push.</summary>
    [Theory]
    [InlineData("symlink")]
    [InlineData("LFS")]
    [InlineData("folder")]
    public async Task A_card_that_is_no_plain_file_is_refused(string kind)
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        File.Delete(git.File("work/README.md"));
        if (kind == "symlink")
            File.CreateSymbolicLink(git.File("work/README.md"), "config.json");
        else if (kind == "folder")
            git.Write("work/README.md/x", "inside\n");
        else
            git.Write("work/README.md", await world.GiveObjectAsync(record, "---\nlicense: mit\n---\n"u8.ToArray()));
        git.Commit("work");
        var answer = git.TryIn("work", "push", "origin", "main");
        Assert.False(answer.Succeeded);
        Assert.Contains("must be a plain file", answer.Said, StringComparison.Ordinal);
        await IsAsync(record, HttpStatusCode.OK);

        // Beside the card the same is nobody's business.
        git.In("work", "push", "-q", "origin", "main:draft");
    }

    [Fact]
    public async Task What_the_author_should_repair_in_the_card_is_shown_and_the_push_taken()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        git.Write("work/README.md", "---\ngated: manual\nextra_gated_fields:\n  Company: no-such-type\n---\n");
        git.Commit("work");
        Assert.Contains("remote: warning: README.md, line 4", git.In("work", "push", "origin", "main"), StringComparison.Ordinal);
        await IsAsync(record, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Names_that_would_leave_the_work_tree_are_refused()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        var blob = git.In("work", "hash-object", "-w", "config.json").Trim();
        foreach (var name in (string[])[".git", "..", ".GIT", "git~1"])
        {
            git.Write("tree", $"100644 blob {blob}\t{name}\n");
            var tree = TestRepository.RunGit(["-C", git.File("work"), "mktree"], File.ReadAllBytes(git.File("tree"))).Trim();
            var commit = git.In("work", "commit-tree", tree, "-m", "evil").Trim();
            var answer = git.TryIn("work", "push", "origin", $"{commit}:refs/heads/evil");
            Assert.False(answer.Succeeded, name);
        }

        Assert.Equal(["refs/heads/main"], Refs(record));
    }

    [Fact]
    public async Task Twenty_thousand_files_go_in_one_push_and_are_listed()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        for (var i = 0; i < 20_000; i++)
            git.Write($"work/data/{i % 100:00}/{i:00000}.txt", $"{i}\n");
        git.Commit("work");
        git.In("work", "push", "-q", "origin", "main");
        using var client = world.Client();
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var pages = 0;
        for (var next = $"/api/models/{record.FullName}/tree/main?recursive=true"; next is not null; pages++)
        {
            Assert.True(pages < 200, "The pages do not end.");
            using var response = await client.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            foreach (var entry in page.RootElement.EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "file"))
                Assert.True(listed.Add(entry.GetProperty("path").GetString()!), "A file is listed twice.");
            next = response.Headers.TryGetValues("Link", out var links) ? NextPage().Match(links.Single()).Groups["url"].Value : null;
        }

        Assert.True(pages > 1);
        Assert.Equal(20_000, listed.Count(path => path.StartsWith("data/", StringComparison.Ordinal)));
    }

    [GeneratedRegex("<(?<url>[^>]+)>; rel=\"next\"")]
    private static partial Regex NextPage();

    private async Task<string> ReadAsync(RepositoryRecord record, string path) => await world.Client().GetStringAsync($"{world.Url(record)}/{path}");

    /// <summary>What a stranger's next download is answered.</summary>
    private async Task IsAsync(RepositoryRecord record, HttpStatusCode expected)
    {
        using var response = await world.Client(world.Stranger.Token).GetAsync($"{world.Url(record)}/resolve/main/config.json");
        Assert.Equal(expected, response.StatusCode);
    }

    private string[] Refs(RepositoryRecord record) =>
        TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "for-each-ref", "--format=%(refname)"]).Trim().Split('\n');
}
