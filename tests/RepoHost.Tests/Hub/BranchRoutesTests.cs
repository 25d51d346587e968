using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Branches, tags and squashed histories over the API (contract 7.5), looked at with the real git.</summary>
public sealed class BranchRoutesTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
    private const string GatedCard = "---\ngated: manual\n---\n# Gated\n";

    [Fact]
    public async Task A_branch_starts_at_the_default_branch_unless_another_revision_is_named()
    {
        var repository = await WithHistoryAsync();
        var (first, tip) = (world.Git(repository, "rev-parse", "main~1"), world.Git(repository, "rev-parse", "main"));
        await BranchAsync(repository, "plain", null).Is(200);
        await BranchAsync(repository, "empty-body", "").Is(200);
        await BranchAsync(repository, "deep%2Fer", "{}").Is(200);
        await BranchAsync(repository, "real/slashes", "{}").Is(200);
        await BranchAsync(repository, "by-sha", $$"""{"startingPoint":"{{first}}"}""").Is(200);
        await BranchAsync(repository, "by-short-sha", $$"""{"startingPoint":"{{first[..7]}}"}""").Is(200);
        await BranchAsync(repository, "by-branch", """{"startingPoint":"by-sha"}""").Is(200);
        world.Git(repository, "-c", "user.name=T", "-c", "user.email=t@example.org", "tag", "-a", "-m", "x", "annotated", first);
        var answer = await BranchAsync(repository, "by-tag", """{"startingPoint":"annotated"}""");
        Assert.Equal(("by-tag", "refs/heads/by-tag", first), ((string)answer.Is(200).Json["name"]!, (string)answer.Json["ref"]!, (string)answer.Json["targetCommit"]!));

        foreach (var (branch, commit) in new[] { ("plain", tip), ("empty-body", tip), ("deep/er", tip), ("real/slashes", tip), ("by-sha", first), ("by-short-sha", first), ("by-branch", first), ("by-tag", first) })
            Assert.Equal(commit, world.Git(repository, "rev-parse", $"refs/heads/{branch}"));
        world.IsSound(repository);
    }

    [Fact]
    public async Task A_branch_that_is_there_is_409_in_the_words_that_clients_know_and_overwrite_moves_it()
    {
        var repository = await WithHistoryAsync();
        await BranchAsync(repository, "cool-branch", "{}").Is(200);
        Assert.Equal("Reference refs/heads/cool-branch already exists", (await BranchAsync(repository, "cool-branch", "{}").Is(409)).Error);
        Assert.Equal("Reference refs/heads/main already exists", (await BranchAsync(repository, "main", "{}").Is(409)).Error);

        await BranchAsync(repository, "cool-branch", """{"startingPoint":"main~1","overwrite":true}""").Is(404);
        var first = world.Git(repository, "rev-parse", "main~1");
        await BranchAsync(repository, "cool-branch", $$"""{"startingPoint":"{{first}}","overwrite":true}""").Is(200);
        Assert.Equal(first, world.Git(repository, "rev-parse", "cool-branch"));
    }

    [Fact]
    public async Task An_existing_tag_does_not_stand_in_the_way_of_a_branch_of_that_name()
    {
        var repository = await world.AddAsync();
        await TagAsync(repository, "main", """{"tag":"same"}""").Is(200);
        await BranchAsync(repository, "same", "{}").Is(200);
    }

    [Theory]
    [InlineData("refs/pr/5")]
    [InlineData("refs%2Fsomething%2Frandom")]
    [InlineData("refs/heads/main")]
    [InlineData("HEAD")]
    [InlineData("-option")]
    [InlineData("a..b")]
    [InlineData("a%20b")]
    [InlineData("a%0Ab")]
    [InlineData("a.lock")]
    [InlineData("a@%7Bb")]
    public async Task A_name_that_no_branch_can_have_is_400(string name)
    {
        var repository = await world.AddAsync();
        var refs = world.Git(repository, "for-each-ref");
        Assert.Equal("Invalid reference for a branch", (await BranchAsync(repository, name, "{}").Is(400)).Error);
        Assert.Equal(refs, world.Git(repository, "for-each-ref"));
    }

    [Fact]
    public async Task A_name_that_looks_like_a_commit_is_refused_since_it_would_stand_in_front_of_one()
    {
        var repository = await world.AddAsync();
        var sha = world.Git(repository, "rev-parse", "main");
        Assert.Contains("40 hex digits", (await BranchAsync(repository, sha, "{}").Is(400)).Error, StringComparison.Ordinal);
        Assert.Contains("40 hex digits", (await TagAsync(repository, "main", $$"""{"tag":"{{sha}}"}""").Is(400)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ref_can_t_be_a_file_and_a_folder_at_once()
    {
        var repository = await world.AddAsync();
        await BranchAsync(repository, "a", "{}").Is(200);
        Assert.Contains("stands in the way", (await BranchAsync(repository, "a/b", "{}").Is(400)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "expected object")]
    [InlineData("nonsense", "expected object")]
    [InlineData("""{"startingPoint":7}""", "expected string")]
    [InlineData("""{"overwrite":"yes"}""", "expected boolean")]
    [InlineData("""{"emptyBranch":true,"startingPoint":"main"}""", "either emptyBranch or startingPoint")]
    public async Task A_body_that_says_nothing_usable_is_400_with_the_reason(string body, string reason)
    {
        var repository = await world.AddAsync();
        Assert.Contains(reason, (await BranchAsync(repository, "b", body).Is(400)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("-x")]
    [InlineData("main^")]
    [InlineData("")]
    public async Task A_starting_point_that_is_not_there_is_404(string start)
    {
        var repository = await world.AddAsync();
        var answer = await BranchAsync(repository, "b", $$"""{"startingPoint":"{{start}}"}""").Is(404);
        Assert.Equal("RevisionNotFound", answer.Code);
    }

    [Fact]
    public async Task An_empty_branch_has_one_commit_of_the_caller_without_files()
    {
        var repository = await world.AddAsync();
        await BranchAsync(repository, "void", """{"emptyBranch":true}""").Is(200);
        Assert.Equal("1", world.Git(repository, "rev-list", "--count", "void"));
        Assert.Equal("", world.Git(repository, "ls-tree", "-r", "void"));
        Assert.Equal("writer Example <writer@users.noreply.localhost>", world.Git(repository, "log", "-1", "--format=%an <%ae>", "void"));
        Assert.Equal("[]", (await world.SendAsync("GET", $"/api/models/{repository.FullName}/tree/void", null, null).Is(200)).Text);
        world.IsSound(repository);
    }

    [Fact]
    public async Task Moving_the_default_branch_obeys_the_rules_for_cards()
    {
        var repository = await world.AddAsync(card: "# No gate yet\n");
        var open = world.Git(repository, "rev-parse", "main");
        using var work = new GitFolder();
        work.Git("fetch", "-q", world.FolderOf(repository.Id), "main:main");
        work.GitCommitOnTop("main", ("README.md", GatedCard), ("config.json", "{}\n"));
        work.PushTo(world.FolderOf(repository.Id), "main");
        var gated = world.Git(repository, "rev-parse", "main");

        foreach (var body in (string[])[$$"""{"startingPoint":"{{open}}","overwrite":true}""", """{"emptyBranch":true,"overwrite":true}"""])
            Assert.Contains("lower the repository's gate from manual to open", (await BranchAsync(repository, "main", body).Is(403)).Error, StringComparison.Ordinal);
        Assert.Equal(gated, world.Git(repository, "rev-parse", "main"));
        Assert.Equal(401, (int)(await world.SendAsync("GET", $"/{repository.FullName}/resolve/{open}/config.json", null, null)).Status);

        await BranchAsync(repository, "main", $$"""{"startingPoint":"{{open}}","overwrite":true}""", "boss").Is(200);
        Assert.Equal(open, world.Git(repository, "rev-parse", "main"));
        Assert.Equal(200, (int)(await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, null)).Status);
    }

    [Fact]
    public async Task A_branch_is_deleted_and_what_is_no_branch_is_404()
    {
        var repository = await world.AddAsync();
        await BranchAsync(repository, "x/y", "{}").Is(200);
        await TagAsync(repository, "main", """{"tag":"cool-tag"}""").Is(200);
        await DeleteAsync(repository, "branch/x%2Fy").Is(200);
        Assert.Equal("refs/heads/main\nrefs/tags/cool-tag", world.Git(repository, "for-each-ref", "--format=%(refname)"));
        foreach (var name in (string[])["x%2Fy", "cool-tag", "never", "-d", "refs%2Fheads%2Fmain"])
        {
            var answer = await DeleteAsync(repository, $"branch/{name}").Is(404);
            Assert.Equal("RevisionNotFound", answer.Code);
            Assert.Contains("Invalid rev id", answer.Error, StringComparison.Ordinal);
        }

        Assert.StartsWith("Cannot delete refs/heads/main", (await DeleteAsync(repository, "branch/main").Is(403)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_with_a_message_is_an_object_of_its_own_and_one_without_is_not()
    {
        var repository = await WithHistoryAsync();
        var first = world.Git(repository, "rev-parse", "main~1");
        await TagAsync(repository, first[..7], """{"tag":"v1"}""").Is(200);
        var answer = await TagAsync(repository, "main", """{"tag":"release/2","message":"Second\r\nrelease"}""").Is(200);
        Assert.Equal(world.Git(repository, "rev-parse", "main"), (string)answer.Json["targetCommit"]!);
        Assert.Equal(("commit", first), (world.Git(repository, "cat-file", "-t", "v1"), world.Git(repository, "rev-parse", "v1")));
        Assert.Equal("tag", world.Git(repository, "cat-file", "-t", "release/2"));
        Assert.Equal("writer Example|<writer@users.noreply.localhost>|Second\nrelease", world.Git(repository, "for-each-ref", "--format=%(taggername)|%(taggeremail)|%(contents)", "refs/tags/release/2"));
        Assert.Equal(world.Git(repository, "rev-parse", "main"), world.Git(repository, "rev-parse", "release/2^{commit}"));
        world.IsSound(repository);
        await world.SendAsync("GET", $"/api/models/{repository.FullName}/revision/release%2F2", null, null).Is(200);

        await DeleteAsync(repository, "tag/release%2F2").Is(200);
        await DeleteAsync(repository, "tag/v1").Is(200);
        Assert.Equal("", world.Git(repository, "for-each-ref", "refs/tags"));
    }

    [Fact]
    public async Task Tags_that_are_there_missing_revisions_and_bad_names_each_have_their_status()
    {
        var repository = await world.AddAsync();
        await TagAsync(repository, "main", """{"tag":"t"}""").Is(200);
        await TagAsync(repository, "main", """{"tag":"t"}""").Is(409);
        await TagAsync(repository, "main", """{"tag":"t","message":"again"}""").Is(409);
        // The missing revision comes before the bad name.
        Assert.Equal("RevisionNotFound", (await TagAsync(repository, "foobar", """{"tag":"invalid tag"}""").Is(404)).Code);
        foreach (var body in (string[])["""{"tag":"invalid tag"}""", """{"tag":"-d"}""", """{"tag":"refs/tags/x"}""", """{"tag":""}""", "{}", """{"tag":1}""", """{"tag":"x","message":"\u0000"}""", "", "x"])
            Assert.Null((await TagAsync(repository, "main", body).Is(400)).Code);
        foreach (var name in (string[])["v0", "main"])
            Assert.Equal("RevisionNotFound", (await DeleteAsync(repository, $"tag/{name}").Is(404)).Code);
        Assert.Equal("refs/heads/main\nrefs/tags/t", world.Git(repository, "for-each-ref", "--format=%(refname)"));
    }

    [Fact]
    public async Task A_squashed_branch_has_the_same_files_and_one_commit_and_others_keep_their_history()
    {
        var repository = await WithHistoryAsync();
        await BranchAsync(repository, "keeps", "{}").Is(200);
        var (tree, old) = (world.Git(repository, "rev-parse", "main^{tree}"), world.Git(repository, "rev-parse", "main"));
        var url = $"/api/models/{repository.FullName}/super-squash/main";
        await world.SendAsync("POST", url, """{"message":"Super-squash branch 'main' using huggingface_hub\n\nwhy"}""", world.Tokens["writer"]).Is(200);
        Assert.Equal((tree, "1"), (world.Git(repository, "rev-parse", "main^{tree}"), world.Git(repository, "rev-list", "--count", "main")));
        Assert.Equal("Super-squash branch 'main' using huggingface_hub|writer Example", world.Git(repository, "log", "-1", "--format=%s|%an", "main"));
        Assert.Equal(old, world.Git(repository, "rev-parse", "keeps"));
        await world.SendAsync("POST", $"/api/models/{repository.FullName}/super-squash/keeps", null, world.Tokens["writer"]).Is(200);
        Assert.Equal("Super-squash branch 'keeps'", world.Git(repository, "log", "--format=%s", "keeps"));
        world.IsSound(repository);
    }

    [Fact]
    public async Task A_pull_request_can_be_squashed_and_nothing_else_outside_of_the_branches()
    {
        var repository = await WithHistoryAsync();
        var tip = world.Git(repository, "rev-parse", "main");
        foreach (var name in (string[])["refs/pr/1", "refs/convert/parquet", "refs/tags/v1"])
            world.Git(repository, "update-ref", name, tip);
        var url = $"/api/models/{repository.FullName}/super-squash/";
        await world.SendAsync("POST", url + "refs%2Fpr%2F1", """{"message":"m"}""", world.Tokens["writer"]).Is(200);
        Assert.Equal("1", world.Git(repository, "rev-list", "--count", "refs/pr/1"));
        foreach (var name in (string[])["refs%2Fconvert%2Fparquet", "refs%2Ftags%2Fv1", "v1", "nowhere", tip])
            Assert.Equal("RevisionNotFound", (await world.SendAsync("POST", url + name, """{"message":"m"}""", world.Tokens["writer"]).Is(404)).Code);
        await world.SendAsync("POST", url + "main", """{"message":7}""", world.Tokens["writer"]).Is(400);
        Assert.Equal(tip, world.Git(repository, "rev-parse", "refs/tags/v1"));
    }

    [Fact]
    public async Task Squashing_away_the_only_readable_card_s_history_leaves_the_gate_closed()
    {
        var repository = await world.AddAsync(card: GatedCard);
        await world.SendAsync("POST", $"/api/models/{repository.FullName}/super-squash/main", """{"message":"m"}""", world.Tokens["writer"]).Is(200);
        Assert.Equal("GatedRepo", (await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, world.Tokens["stranger"]).Is(403)).Code);
    }

    [Fact]
    public async Task Only_who_may_write_with_a_token_that_may_write_changes_refs()
    {
        var repository = await world.AddAsync();
        var refs = world.Git(repository, "for-each-ref");
        var api = $"/api/models/{repository.FullName}";
        foreach (var (who, token) in world.Tokens.Where(t => t.Key is not ("boss" or "writer")))
        {
            foreach (var (method, url) in new[] { ("POST", "branch/b"), ("DELETE", "branch/main"), ("POST", "tag/main"), ("DELETE", "tag/t"), ("POST", "super-squash/main") })
                await world.SendAsync(method, $"{api}/{url}", """{"tag":"t","message":"m"}""", token).Is(who == "nobody" ? 401 : 403);
        }

        Assert.Equal(refs, world.Git(repository, "for-each-ref"));

        // Whoever made a repository of the organization writes to it, also as a mere contributor.
        var name = world.NewName();
        await world.PostAsync("/api/repos/create", new { name, organization = "acme" }, "contributor").Is(200);
        await world.SendAsync("POST", $"/api/models/acme/{name}/branch/b", "{}", world.Tokens["contributor"]).Is(200);
        var owned = await world.AddAsync("owner");
        await world.SendAsync("POST", $"/api/models/{owned.FullName}/branch/b", "{}", world.Tokens["owner"]).Is(200);
        await world.SendAsync("POST", $"/api/models/{owned.FullName}/branch/c", "{}", world.Tokens["boss"]).Is(403);
    }

    [Fact]
    public async Task Of_many_who_make_the_same_branch_at_once_one_wins_and_the_others_are_told_that_it_exists()
    {
        var repository = await world.AddAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => BranchAsync(repository, "raced", """{"emptyBranch":true}""")));
        Assert.Single(answers, a => (int)a.Status == 200);
        Assert.Equal(7, answers.Count(a => (int)a.Status == 409));
        world.IsSound(repository);
    }

    [Fact]
    public async Task The_page_of_a_commit_is_there_for_head_requests()
    {
        var repository = await world.AddAsync();
        var sha = world.Git(repository, "rev-parse", "main");
        await world.SendAsync("HEAD", $"/{repository.FullName}/commit/{sha}", null, null).Is(200);
        Assert.Equal("RevisionNotFound", (await world.SendAsync("HEAD", $"/{repository.FullName}/commit/{new string('1', 40)}", null, null).Is(404)).Code);
        await world.SendAsync("HEAD", $"/{repository.FullName}/commit/{sha}/config.json", null, null).Is(404);
        var hidden = await world.AddAsync(isPrivate: true);
        await world.SendAsync("HEAD", $"/{hidden.FullName}/commit/main", null, world.Tokens["stranger"]).Is(404);
        await world.SendAsync("HEAD", $"/{hidden.FullName}/commit/main", null, world.Tokens["reader"]).Is(200);
    }

    private async Task<RepositoryRecord> WithHistoryAsync()
    {
        var repository = await world.AddAsync();
        using var work = new GitFolder();
        work.Git("fetch", "-q", world.FolderOf(repository.Id), "main:main");
        work.GitCommitOnTop("main", ("README.md", "# Second\n"), ("config.json", "{}\n"));
        work.PushTo(world.FolderOf(repository.Id), "main");
        return repository;
    }

    private Task<Answer> BranchAsync(RepositoryRecord repository, string name, string? body, string by = "writer") =>
        world.SendAsync("POST", $"/api/models/{repository.FullName}/branch/{name}", body, world.Tokens[by]);

    private Task<Answer> TagAsync(RepositoryRecord repository, string revision, string body) =>
        world.SendAsync("POST", $"/api/models/{repository.FullName}/tag/{revision}", body, world.Tokens["writer"]);

    private Task<Answer> DeleteAsync(RepositoryRecord repository, string rest) =>
        world.SendAsync("DELETE", $"/api/models/{repository.FullName}/{rest}", null, world.Tokens["writer"]);
}

internal static class AnswerTasks
{
    public static async Task<Answer> Is(this Task<Answer> answer, int status) => (await answer).Is(status);
}
