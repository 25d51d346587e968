using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using GateMiddleware.Policy;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Commands;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// Lists are answered from rows that are written when refs move. They once read the card of each repository from its disk, up to five thousand for one tag, and wrote
/// rows on the way: a few callers of them slowed everybody's downloads by a thousand.
/// </summary>
public sealed class CatalogTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_open_no_repository()
    {
        var tag = NewTag();
        var repository = await world.AddAsync("acme", $"---\ntags: [{tag}]\npipeline_tag: fill-mask\ngated: auto\n---\n");
        await world.AddAsync("acme", $"---\ntags: [{tag}]\n---\n", isPrivate: true);
        var folder = world.FolderOf(repository.Id);
        Directory.Move(folder, folder + ".away");
        try
        {
            foreach (var query in (string[])[$"filter={tag}", $"filter={tag}&full=false&cardData=true", $"search={repository.Name}", "author=acme&limit=500", $"filter={tag}&gated=true", $"filter={tag}&pipeline_tag=fill-mask&sort=id"])
            {
                var items = JsonNode.Parse((await world.SendAsync("GET", "/api/models?" + query, null, null).Is(200)).Text)!.AsArray();
                var item = Assert.Single(items, i => (string)i!["id"]! == repository.FullName)!;
                Assert.Equal(("auto", "fill-mask"), ((string)item["gated"]!, (string)item["pipeline_tag"]!));
                Assert.Equal([tag, "fill-mask"], item["tags"]!.AsArray().Select(t => (string)t!));
            }

            foreach (var page in (string[])[$"/models?filter={tag}", $"/models?search={repository.Name}", "/acme", "/"])
                Assert.Contains($"data-repository=\"{repository.FullName}\"", (await world.SendAsync("GET", page, null, null).Is(200)).Text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Move(folder + ".away", folder);
        }
    }

    [Fact]
    public async Task Reading_writes_no_row()
    {
        var tag = NewTag();
        var repository = await world.AddAsync("acme", $"---\ntags: [{tag}]\ngated: auto\n---\n# Card\n");
        var open = await world.AddAsync("acme", "---\nlicense: mit\n---\n# Card\n");
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(world.DataDirectory, "repohost.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Cancel);
        var before = await VersionAsync(connection);
        string[] pages = ["", "/tree/main", "/blob/main/config.json", "/commits/main", "/resolve/main/config.json", "/raw/main/README.md", "/info/refs?service=git-upload-pack"];
        foreach (var id in (string[])[repository.FullName, open.FullName, "acme/never-was"])
        {
            foreach (var page in pages)
                await world.SendAsync("GET", $"/{id}{page}", null, null);
            foreach (var page in (string[])["", "/tree/main", "/refs", "/commits/main", "/revision/main?blobs=true"])
                await world.SendAsync("GET", $"/api/models/{id}{page}", null, null);
        }

        foreach (var page in (string[])["/", "/acme", "/models", $"/models?filter={tag}", "/datasets?search=a", "/api/models?full=true&cardData=true", $"/api/models?filter={tag}", "/api/spaces?author=acme", "/login", "/join"])
            await world.SendAsync("GET", page, null, null).Is(200);
        Assert.Equal(before, await VersionAsync(connection));
    }

    [Fact]
    public async Task Lists_follow_every_way_in_which_refs_move()
    {
        var (first, second, third) = (NewTag(), NewTag(), NewTag());
        var repository = await world.AddAsync("acme", $"---\ntags: [{first}]\n---\n");
        await ListedAsync($"filter={first}", repository.FullName);

        // The commit API, which the browser's editor and upload end in as well.
        var token = world.Tokens["boss"];
        Assert.Equal(HttpStatusCode.OK, (await new CommitRequest().File("README.md", $"---\ntags: [{second}]\nlicense: mit\nlibrary_name: keras\n---\n").SendAsync(world, token, repository.FullName)).Status);
        await ListedAsync($"filter={first}");
        await ListedAsync($"filter={second}&filter=license:mit&library=keras", repository.FullName);

        // A branch that is not the default one says nothing; moving the default branch to it does.
        await world.SendAsync("POST", $"/api/models/{repository.FullName}/branch/side", "{}", token).Is(200);
        Assert.Equal(HttpStatusCode.OK, (await new CommitRequest().File("README.md", $"---\ntags: [{third}]\n---\n").SendAsync(world, token, repository.FullName, "side")).Status);
        await ListedAsync($"filter={third}");
        await world.SendAsync("POST", $"/api/models/{repository.FullName}/branch/main", """{"startingPoint":"side","overwrite":true}""", token).Is(200);
        await ListedAsync($"filter={second}");
        await ListedAsync($"filter={third}", repository.FullName);
        var entry = await EntryAsync(repository.Id);
        Assert.Equal(world.Git(repository, "rev-parse", "main").Trim(), entry!.Tip);
        Assert.Equal(long.Parse(world.Git(repository, "show", "-s", "--format=%ct", "main"), System.Globalization.CultureInfo.InvariantCulture), entry.CommittedAt!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Lists_follow_settings_moves_and_deletion()
    {
        var tag = NewTag();
        var repository = await world.AddAsync("acme", $"---\ntags: [{tag}]\n---\n");
        var token = world.Tokens["boss"];
        var id = repository.FullName;
        await ListedAsync($"filter={tag}&gated=false", id);

        await world.SendAsync("PUT", $"/api/models/{id}/settings", """{"gated":"manual"}""", token).Is(200);
        await ListedAsync($"filter={tag}&gated=false");
        await ListedAsync($"filter={tag}&gated=true", id);

        await world.SendAsync("PUT", $"/api/models/{id}/settings", """{"private":true}""", token).Is(200);
        await ListedAsync($"filter={tag}");
        Assert.Equal([id], await IdsAsync($"filter={tag}", world.Tokens["reader"]));
        Assert.Empty(await IdsAsync($"filter={tag}", world.Tokens["stranger"]));

        var moved = $"acme/{world.NewName()}x";
        await world.SendAsync("POST", "/api/repos/move", $$"""{"fromRepo":"{{id}}","toRepo":"{{moved}}"}""", token).Is(200);
        Assert.Equal([moved], await IdsAsync($"search={moved}", token));
        Assert.Equal([moved], await IdsAsync($"filter={tag}&sort=id", token));

        await world.SendAsync("PUT", $"/api/models/{moved}/settings", """{"private":false}""", token).Is(200);
        await ListedAsync($"filter={tag}", moved);
        await world.SendAsync("DELETE", "/api/repos/delete", $$"""{"name":"{{moved}}"}""", token).Is(200);
        Assert.Empty(await IdsAsync($"filter={tag}", token));
        await using var db = await DatabaseAsync();
        Assert.False(await db.CatalogTerms.AnyAsync(t => t.RepositoryId == repository.Id, Cancel));
        Assert.False(await db.CatalogGrams.AnyAsync(g => g.RepositoryId == repository.Id, Cancel));
    }

    [Fact]
    public async Task A_ref_that_moved_without_its_note_is_found_by_the_next_sweep()
    {
        // As after a kill between the two, and as another program leaves it.
        var (before, after) = (NewTag(), NewTag());
        var repository = await world.AddAsync("acme", $"---\ntags: [{before}]\n---\n");
        Push(repository, $"---\ntags: [{after}]\ngated: auto\n---\n");
        await ListedAsync($"filter={before}", repository.FullName);
        await SweepAsync();
        await ListedAsync($"filter={before}");
        await ListedAsync($"filter={after}&gated=true", repository.FullName);
        Assert.Equal(GateMode.Auto, (await world.FindAsync(repository.FullName))!.LastReadableCardGate);
        Assert.Equal(0, await SweepAsync());
    }

    [Fact]
    public async Task Lists_work_before_an_older_installation_is_indexed_and_one_sweep_does_it()
    {
        var tag = NewTag();
        var repository = await world.AddAsync("acme", $"---\ntags: [{tag}]\ngated: auto\n---\n");
        await ForgetAsync(repository.Id);
        Assert.Equal([repository.FullName], await IdsAsync($"search={repository.Name}&author=acme"));
        Assert.Contains(repository.FullName, await IdsAsync("limit=500"));
        Assert.Contains($"data-repository=\"{repository.FullName}\"", (await world.SendAsync("GET", $"/models?search={repository.FullName}", null, null).Is(200)).Text, StringComparison.Ordinal);
        await ListedAsync($"filter={tag}");
        await SweepAsync();
        await ListedAsync($"filter={tag}", repository.FullName);
    }

    [Fact]
    public async Task The_operator_indexes_one_repository_or_all()
    {
        var (one, other) = (NewTag(), NewTag());
        var first = await world.AddAsync("acme", $"---\ntags: [{one}]\n---\n");
        var second = await world.AddAsync("acme", $"---\ntags: [{other}]\n---\n");
        await ForgetAsync(first.Id);
        await ForgetAsync(second.Id);
        Assert.Equal((0, $"model {first.FullName} is indexed.", ""), await RunAsync("repo", "reindex", "model", first.FullName));
        await ListedAsync($"filter={one}", first.FullName);
        await ListedAsync($"filter={other}");
        var (status, output, errors) = await RunAsync("repo", "reindex");
        Assert.True(status == 0, errors);
        Assert.EndsWith("repositories are indexed.", output, StringComparison.Ordinal);
        await ListedAsync($"filter={other}", second.FullName);
        Assert.Equal((1, "", "repohost: There is no model acme/never."), await RunAsync("repo", "reindex", "model", "acme/never"));
        Assert.Contains("Name a repository too", (await RunAsync("repo", "reindex", "model")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_that_only_a_reader_saw_holds_when_the_next_card_cannot_be_read_and_the_history_is_gone()
    {
        var repository = await world.AddAsync("acme", "---\ngated: auto\n---\n");
        Push(repository, "---\ngated: manual\n---\n");
        Assert.Equal("manual", (string)(await world.SendAsync("GET", $"/api/models/{repository.FullName}", null, null).Is(200)).Json["gated"]!);
        Push(repository, "---\ngated: [broken\n---\n", anew: true);
        Assert.Equal("manual", (string)(await world.SendAsync("GET", $"/api/models/{repository.FullName}", null, null).Is(200)).Json["gated"]!);
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, world.Tokens["stranger"]).Is(403);
    }

    [Fact]
    public async Task A_card_that_cannot_be_read_is_closed_without_a_row_that_remembers_one()
    {
        var repository = await world.AddAsync("acme", "---\nlicense: mit\n---\n");
        await ForgetAsync(repository.Id);
        Push(repository, "---\ngated: [broken\n---\n", anew: true);
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, world.Tokens["stranger"]).Is(403);
        Assert.Null((await world.FindAsync(repository.FullName))!.LastReadableCardBlob);
        await SweepAsync();
        Assert.Equal((CatalogCard.Unreadable, GateMode.Manual), ((await EntryAsync(repository.Id))!.Card, (await EntryAsync(repository.Id))!.Gate));
        Assert.Null((await world.FindAsync(repository.FullName))!.LastReadableCardBlob);
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, world.Tokens["stranger"]).Is(403);
    }

    [Fact]
    public async Task The_index_opens_nothing_whatever_it_says()
    {
        var repository = await world.AddAsync("acme", "---\ngated: manual\n---\n");
        await using (var db = await DatabaseAsync())
            await db.CatalogEntries.Where(e => e.RepositoryId == repository.Id).ExecuteUpdateAsync(set => set.SetProperty(e => e.Gate, GateMode.Open).SetProperty(e => e.CardGate, (GateMode?)null), Cancel);
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, null).Is(401);
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, world.Tokens["stranger"]).Is(403);
        Assert.Equal("manual", (string)(await world.SendAsync("GET", $"/api/models/{repository.FullName}", null, null).Is(200)).Json["gated"]!);
    }

    [Fact]
    public async Task Words_are_matched_as_they_are_spelled()
    {
        var tag = NewTag();
        var repository = await world.AddAsync("acme", $"---\ntags: [{tag}, {tag.ToUpperInvariant()}]\nlanguage: [de, en]\nlicense: mit\n---\n");
        await ListedAsync($"filter={tag}", repository.FullName);
        await ListedAsync($"filter={tag.ToUpperInvariant()}&filter=license:mit,de", repository.FullName);
        await ListedAsync($"filter={tag[..^1]}");
    }

    [Fact]
    public async Task Too_many_words_are_refused_with_a_sentence()
    {
        var words = string.Join(',', Enumerable.Range(0, 21).Select(i => $"w{i}"));
        Assert.Contains("expected at most 20 words", (await world.SendAsync("GET", $"/api/models?filter={words}", null, null).Is(400)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_all_turns_are_taken_lists_answer_503_and_downloads_go_on()
    {
        var repository = await world.AddAsync();
        var turns = world.Services.GetRequiredService<ListTurns>();
        var held = new List<IDisposable>();
        try
        {
            for (var i = 0; i < turns.AtOnce; i++)
                held.Add(await turns.TakeAsync(Cancel));
            using var client = world.Client();
            var list = client.GetAsync("/api/models?filter=x", Cancel);
            await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, null).Is(200);
            using var refused = await list;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.Contains("busy with other lists", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
        finally
        {
            held.ForEach(turn => turn.Dispose());
        }

        await world.SendAsync("GET", "/api/models?filter=x", null, null).Is(200);
    }

    private static string NewTag() => $"tag{Guid.NewGuid():N}";

    private async Task ListedAsync(string query, params string[] expected) => Assert.Equal(expected, await IdsAsync(query));

    private async Task<List<string>> IdsAsync(string query, string? token = null) =>
        [.. JsonDocument.Parse((await world.SendAsync("GET", "/api/models?" + query, null, token).Is(200)).Text).RootElement.EnumerateArray().Select(m => m.GetProperty("id").GetString()!)];

    /// <summary>What another program does that moves refs.</summary>
    private void Push(RepositoryRecord repository, string card, bool anew = false)
    {
        using var git = new GitFolder();
        if (anew)
        {
            git.Commit("main", ("README.md", card), ("config.json", "{}\n"));
        }
        else
        {
            git.Git("fetch", "-q", world.FolderOf(repository.Id), "+main:main");
            git.GitCommitOnTop("main", ("README.md", card), ("config.json", "{}\n"));
        }

        git.PushTo(world.FolderOf(repository.Id), "main");
    }

    private Task<int> SweepAsync() => world.Services.GetRequiredService<CatalogSweep>().SweepAsync(Cancel);

    private Task<RepoHostDb> DatabaseAsync() => world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync(Cancel);

    private async Task<CatalogEntry?> EntryAsync(string repositoryId)
    {
        await using var db = await DatabaseAsync();
        return await db.CatalogEntries.AsNoTracking().FirstOrDefaultAsync(e => e.RepositoryId == repositoryId, Cancel);
    }

    /// <summary>As the rows of a repository are right after the update to this version, where nobody ever asked for its card.</summary>
    private async Task ForgetAsync(string repositoryId)
    {
        await using (var db = await DatabaseAsync())
        {
            await db.CatalogTerms.Where(t => t.RepositoryId == repositoryId).ExecuteDeleteAsync(Cancel);
            await db.CatalogEntries.Where(e => e.RepositoryId == repositoryId).ExecuteDeleteAsync(Cancel);
        }

        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(repositoryId, row => (row.LastReadableCardBlob, row.LastReadableCardGate) = (null, null), Cancel);
    }

    private static async Task<long> VersionAsync(SqliteConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA data_version";
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private async Task<(int Status, string Output, string Errors)> RunAsync(params string[] line)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var status = await CommandTree.RunAsync(
            [.. line, "--data", world.DataDirectory], Server.AddRooms, host => [RepositoryCommands.Build(host)], TextReader.Null,
            new InvocationConfiguration { Output = output, Error = errors }, Cancel);
        return (status, output.ToString().TrimEnd(), errors.ToString().TrimEnd());
    }
}
