using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>The gate follows the card at the tip of the default branch, for every revision, and what can't be read closes it (design 1; threat rows 12, 13, 39).</summary>
public sealed class CardGateTests(CardGateTests.World world) : IClassFixture<CardGateTests.World>
{
    private static readonly (string, string) Config = ("config.json", "{}");

    [Fact]
    public async Task Old_commits_other_branches_tags_and_pull_requests_are_gated_by_the_tip()
    {
        using var git = new GitFolder();
        var open = git.Commit("main", ("README.md", "# before the gate\n"), Config);
        git.Git("branch", "feature/x", open);
        git.Git("tag", "v1", open);
        git.Git("update-ref", "refs/pr/1", open);
        git.Git("update-ref", "refs/convert/parquet", open);
        git.Commit("main", Card("gated: manual"), Config);
        var id = await world.ImportAsync(git);
        git.PushTo(await world.FolderAsync(id), "refs/pr/1", "refs/convert/parquet");

        foreach (var revision in (string[])[open, open[..8], "feature%2Fx", "feature/x", "v1", "refs%2Fpr%2F1", "refs/pr/1", "refs%2Fconvert%2Fparquet", "refs%2Fheads%2Ffeature%2Fx", "main", "HEAD"])
        {
            await IsAsync($"/{id}/resolve/{revision}/config.json", 403);
            await IsAsync($"/{id}/raw/{revision}/config.json", 403);
            await IsAsync($"/{id}/resolve/{revision}/config.json", 200, world.Owner);
        }
    }

    [Fact]
    public async Task A_branch_whose_card_drops_the_gate_opens_nothing()
    {
        using var git = new GitFolder();
        git.Commit("main", Card("gated: manual"), Config);
        git.Commit("main2", ("README.md", "# no gate here\n"), Config);
        var id = await world.ImportAsync(git);
        await IsAsync($"/{id}/resolve/main2/config.json", 403);
    }

    [Fact]
    public async Task A_push_by_another_process_moves_the_gate_with_the_next_request()
    {
        using var git = new GitFolder();
        git.Commit("main", ("README.md", "# open\n"), Config);
        var id = await world.ImportAsync(git);
        var folder = await world.FolderAsync(id);
        for (var round = 0; round < 3; round++)
        {
            await IsAsync($"/{id}/resolve/main/config.json", 200);
            git.Commit("main", Card("gated: manual"), Config);
            git.PushTo(folder, "main");
            await IsAsync($"/{id}/resolve/main/config.json", 403);
            Assert.Equal("manual", await GatedAsync(id));
            git.Commit("main", ("README.md", "# open again\n"), Config);
            git.PushTo(folder, "main");
        }

        await IsAsync($"/{id}/resolve/main/config.json", 200);
    }

    [Theory]
    [InlineData("gated: no-such-word")]
    [InlineData("gated: [manual")]
    [InlineData("gated: manual\ngated: auto")]
    [InlineData("a: &a manual\ngated: *a")]
    public async Task A_card_that_cannot_be_read_keeps_the_last_gate_that_could(string broken)
    {
        using var git = new GitFolder();
        git.Commit("main", Card("gated: auto"), Config);
        var id = await world.ImportAsync(git);
        Assert.Equal("auto", await GatedAsync(id));

        git.Commit("main", Card(broken), Config);
        git.PushTo(await world.FolderAsync(id), "main");
        Assert.Equal("auto", await GatedAsync(id));
        await IsAsync($"/{id}/resolve/main/config.json", 403);

        // Repaired, and open on purpose: what could be read last holds again.
        git.Commit("main", Card("license: mit"), Config);
        git.PushTo(await world.FolderAsync(id), "main");
        Assert.Equal("false", await GatedAsync(id));
        await IsAsync($"/{id}/resolve/main/config.json", 200);
    }

    /// <summary>Pushed before such cards were refused: the card before it had no gate, and this one has one for every person who reads it.</summary>
    [Theory]
    [InlineData("---\nga\u200Bted: manual\n---\n")]
    [InlineData("---\ngated: false\nGated: manual\n---\n")]
    [InlineData("\uFEFF\uFEFF---\ngated: manual\n---\n")]
    [InlineData("---\u2028\ngated: manual\n---\n")]
    [InlineData("\u2014\u2014\u2014\ngated: manual\n\u2014\u2014\u2014\n")]
    [InlineData("---\ngated: auto\nextra_gated_fields:\n  - I agree\n---\n")]
    [InlineData("---\ngated: [manual\n---\n")]
    public async Task A_gate_that_only_people_see_closes_where_it_is_already(string readme)
    {
        using var git = new GitFolder();
        git.Commit("main", ("README.md", readme), Config);
        await IsAsync($"/{await world.ImportAsync(git)}/resolve/main/config.json", 403);

        using var later = new GitFolder();
        later.Commit("main", Card("license: mit"), Config);
        var id = await world.ImportAsync(later);
        Assert.Equal("false", await GatedAsync(id));
        later.Commit("main", ("README.md", readme), Config);
        later.PushTo(await world.FolderAsync(id), "main");
        Assert.Equal("manual", await GatedAsync(id));
        await IsAsync($"/{id}/resolve/main/config.json", 403);
    }

    [Fact]
    public async Task A_gate_that_nobody_asked_about_holds_when_the_next_card_cannot_be_read()
    {
        using var git = new GitFolder();
        git.Commit("main", Card("license: mit"), Config);
        var id = await world.ImportAsync(git);
        Assert.Equal("false", await GatedAsync(id));

        // Both pushed at once: the server has never seen the tip with the gate.
        git.Commit("main", Card("gated: manual"), Config);
        git.GitCommitOnTop("main", Card("gated: [broken"), Config);
        git.PushTo(await world.FolderAsync(id), "main");
        Assert.Equal("manual", await GatedAsync(id));
        await IsAsync($"/{id}/resolve/main/config.json", 403);
    }

    [Fact]
    public async Task A_history_thrown_away_with_a_broken_card_on_top_closes()
    {
        using var git = new GitFolder();
        git.Commit("main", Card("license: mit"), Config);
        var id = await world.ImportAsync(git);
        Assert.Equal("false", await GatedAsync(id));
        git.Git("update-ref", "-d", "refs/heads/main");
        git.Commit("main", Card("gated: [broken"), Config);
        git.PushTo(await world.FolderAsync(id), "main");
        Assert.Equal("manual", await GatedAsync(id));
    }

    [Fact]
    public async Task Settings_do_not_pretend_to_open_what_an_unreadable_card_keeps_closed()
    {
        using var git = new GitFolder();
        git.Commit("main", Card("gated: [broken"), Config);
        var id = await world.ImportAsync(git);
        using var refused = await world.Client(world.Owner).PutAsync($"/api/models/{id}/settings", new StringContent("{\"gated\":false}", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("README.md cannot be read (line ", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("manual", await GatedAsync(id));

        // Auto is a gate that the settings may choose: with it something is known.
        using var chosen = await world.Client(world.Owner).PutAsync($"/api/models/{id}/settings", new StringContent("{\"gated\":\"auto\"}", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, chosen.StatusCode);
        Assert.Equal("auto", await GatedAsync(id));
    }

    [Fact]
    public async Task A_damaged_repository_does_not_take_the_others_out_of_lists_and_is_left_out_where_its_files_are_asked_for()
    {
        using var git = new GitFolder();
        git.Commit("main", Config);
        var damaged = await world.ImportAsync(git);
        var healthy = await world.ImportAsync(git);
        File.Delete(Path.Combine(await world.FolderAsync(damaged), "HEAD"));
        // A tip that is not there any more; handles that are open still know the objects of others.
        await using (var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync())
        {
            var damagedId = (await world.FindAsync(damaged)).Id;
            await db.CatalogEntries.Where(e => e.RepositoryId == damagedId).ExecuteUpdateAsync(set => set.SetProperty(e => e.Tip, new string('1', 40)));
        }

        async Task<List<string?>> IdsAsync(string query) =>
            [.. JsonDocument.Parse(await world.Client().GetStringAsync("/api/models?limit=500" + query)).RootElement.EnumerateArray().Select(m => m.GetProperty("id").GetString())];
        Assert.Contains(healthy, await IdsAsync(""));
        Assert.Contains(damaged, await IdsAsync(""));
        List<string?> withFiles = [.. await IdsAsync("&full=true&search=" + healthy), .. await IdsAsync("&full=true&search=" + damaged)];
        Assert.Contains(healthy, withFiles);
        Assert.DoesNotContain(damaged, withFiles);
    }

    [Theory]
    [InlineData("---\ngated: yes\n---\n", "manual")]
    [InlineData("---\ngated: AUTO\n---\n", "manual")]
    [InlineData("---\ngated: \"auto\"\n---\n", "auto")]
    [InlineData("---\r\ngated: manual\r\n---\r\n", "manual")]
    [InlineData("\uFEFF---\ngated: manual\n---\n", "manual")]
    [InlineData("---\ngated: manual\n", "manual")]
    [InlineData("---\nlicense: mit\n---\n", "false")]
    [InlineData("# no front matter\n", "false")]
    public async Task A_first_card_decides_like_this(string readme, string gated)
    {
        using var git = new GitFolder();
        git.Commit("main", ("README.md", readme), Config);
        var id = await world.ImportAsync(git);
        Assert.Equal(gated, await GatedAsync(id));
        await IsAsync($"/{id}/resolve/main/config.json", gated == "false" ? 200 : 403);
    }

    [Fact]
    public async Task Only_a_regular_README_md_is_a_card_and_anything_else_in_its_place_closes()
    {
        using var lower = new GitFolder();
        lower.Commit("main", ("readme.md", "---\ngated: manual\n---\n"), Config);
        Assert.Equal("false", await GatedAsync(await world.ImportAsync(lower)));

        using var link = new GitFolder();
        link.Commit("main", ("README.md@", "card.md"), ("card.md", "# open\n"), Config);
        var linked = await world.ImportAsync(link);
        Assert.Equal("manual", await GatedAsync(linked));

        // And the link itself is not one of the files that stay public, nor is it followed.
        await IsAsync($"/{linked}/resolve/main/README.md", 403);
        Assert.Equal("card.md", await world.Client(world.Owner).GetStringAsync($"/{linked}/resolve/main/README.md"));

        using var pointer = new GitFolder();
        pointer.Commit("main", ("README.md", $"version https://git-lfs.github.com/spec/v1\noid sha256:{new string('a', 64)}\nsize 5\n"), Config);
        var lfs = await world.ImportAsync(pointer);
        Assert.Equal("manual", await GatedAsync(lfs));
        await IsAsync($"/{lfs}/resolve/main/README.md", 403);

        using var folder = new GitFolder();
        folder.Commit("main", ("README.md/x", "x"), Config);
        Assert.Equal("manual", await GatedAsync(await world.ImportAsync(folder)));
    }

    /// <summary>Nobody waits for minutes until the first readable one of many large cards is found; what was not looked at may be a gate.</summary>
    [Theory]
    [InlineData(3, "false")]
    [InlineData(20, "manual")]
    public async Task Large_cards_that_cannot_be_read_are_looked_through_up_to_a_bound(int broken, string gate)
    {
        using var git = new GitFolder();
        git.Commit("main", Card("license: mit"), Config);
        for (var i = 0; i < broken; i++)
            git.GitCommitOnTop("main", Card($"number: [{i}\ntext: {new string('x', 1_000_000)}"), Config);
        Assert.Equal(gate, await GatedAsync(await world.ImportAsync(git)));
    }

    [Fact]
    public async Task A_ten_megabyte_front_matter_closes_and_a_long_card_with_short_front_matter_does_not()
    {
        using var git = new GitFolder();
        git.Commit("main", Card(string.Concat(Enumerable.Repeat("key: value of some length\n", 400_000))), Config);
        Assert.Equal("manual", await GatedAsync(await world.ImportAsync(git)));

        using var behind = new GitFolder();
        behind.Commit("main", ("README.md", new string('\n', 2_100_000) + "---\ngated: auto\n---\n"), Config);
        Assert.Equal("manual", await GatedAsync(await world.ImportAsync(behind)));

        // More than is kept of the rest, and a gate behind it.
        using var crowd = new GitFolder();
        crowd.Commit("main", Card("model-index: [" + string.Concat(Enumerable.Repeat("1,", 500_000)) + "1]\nother: 1\ngated: auto"), Config);
        var id = await world.ImportAsync(crowd);
        Assert.Equal("auto", await GatedAsync(id));
        await IsAsync($"/{id}/resolve/main/config.json", 403);

        using var longCard = new GitFolder();
        longCard.Commit("main", ("README.md", "---\nlicense: mit\n---\n" + string.Concat(Enumerable.Repeat("ü is a letter. ", 40_000))), Config);
        Assert.Equal("false", await GatedAsync(await world.ImportAsync(longCard)));
    }

    [Fact]
    public async Task The_stricter_of_card_and_setting_holds()
    {
        using var git = new GitFolder();
        git.Commit("main", Card("gated: auto"), Config);
        var id = await world.ImportAsync(git);
        var record = await world.FindAsync(id);
        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(record.Id, r => r.GateSetting = GateMiddleware.Policy.GateMode.Manual, CancellationToken.None);
        Assert.Equal("manual", await GatedAsync(id));
        git.Commit("main", ("README.md", "# no card at all\n"), Config);
        git.PushTo(await world.FolderAsync(id), "main");
        Assert.Equal("manual", await GatedAsync(id));
    }

    [Fact]
    public async Task A_pointer_to_an_object_of_another_repository_opens_nothing()
    {
        var secret = Directory.CreateTempSubdirectory("repohost-secret-").FullName;
        File.WriteAllText(Path.Combine(secret, "weights.bin"), "secret weights");
        File.WriteAllText(Path.Combine(secret, "README.md"), "---\ngated: manual\n---\n");
        await world.ImportAsync(RepositoryType.Model, "owner/secret", secret);
        Directory.Delete(secret, recursive: true);
        var pointer = await world.Client(world.Owner).GetStringAsync("/owner/secret/raw/main/weights.bin");

        using var git = new GitFolder();
        git.Commit("main", ("mine.bin", pointer));
        var id = await world.ImportAsync(git, owner: "stranger");
        await IsAsync($"/{id}/resolve/main/mine.bin", 404, world.Stranger);
        await IsAsync("/owner/secret/resolve/main/weights.bin", 200, world.Owner);
    }

    [Fact]
    public async Task A_broken_repository_answers_500_with_a_request_id_and_leaves_the_others_alone()
    {
        using var git = new GitFolder();
        git.Commit("main", ("README.md", "# will break\n"), Config);
        var id = await world.ImportAsync(git);
        git.Commit("main", ("README.md", "# broken before anybody read it\n"), Config);
        git.PushTo(await world.FolderAsync(id), "main");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(await world.FolderAsync(id), "objects"), new string('?', 38), SearchOption.AllDirectories))
        {
            // Git writes its objects read-only.
            File.Delete(file);
            File.WriteAllText(file, "not an object");
        }

        using var response = await world.Client(world.Owner).GetAsync($"/{id}/resolve/main/config.json");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var requestId = response.Headers.GetValues("X-Request-Id").Single();
        Assert.Contains(requestId, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);

        using var healthy = new GitFolder();
        healthy.Commit("main", Config);
        await IsAsync($"/{await world.ImportAsync(healthy)}/resolve/main/config.json", 200);
    }

    [Fact]
    public async Task A_repository_made_anew_under_an_old_name_starts_without_grants()
    {
        using var git = new GitFolder();
        git.Commit("main", Card("gated: auto"), Config);
        var id = await world.ImportAsync(git);
        using (var asked = await world.Client(world.Stranger).PostAsync($"/{id}/ask-access", null))
            Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        await IsAsync($"/{id}/resolve/main/config.json", 200);

        await world.Services.GetRequiredService<RepositoryCatalog>().DeleteAsync((await world.FindAsync(id)).Id, CancellationToken.None);
        await IsAsync($"/{id}/resolve/main/config.json", 404);
        await world.ImportAsync(git, name: id.Split('/')[1]);
        await IsAsync($"/{id}/resolve/main/config.json", 403);
    }

    private static (string, string) Card(string yaml) => ("README.md", $"---\n{yaml}\n---\n# Card\n");

    private async Task IsAsync(string url, int status, string? token = null)
    {
        using var response = await world.Client(token ?? world.Stranger).GetAsync(url);
        Assert.True((int)response.StatusCode == status, $"{url}: {(int)response.StatusCode} instead of {status}");
    }

    private async Task<string> GatedAsync(string id)
    {
        var gated = JsonDocument.Parse(await world.Client(world.Stranger).GetStringAsync($"/api/models/{id}")).RootElement.GetProperty("gated");
        return gated.GetRawText().Trim('"');
    }

    public sealed class World : HubApplication
    {
        public string Owner { get; private set; } = "";

        public string Stranger { get; private set; } = "";

        // One test's card is larger than what an import takes otherwise.
        protected override IEnumerable<string> Settings => [.. base.Settings, "--Pushes:LargestFileBytes=20000000"];

        protected override async Task FillAsync()
        {
            Owner = (await AddPersonAsync("owner", TokenRole.Write)).Token;
            Stranger = (await AddPersonAsync("stranger", TokenRole.Write)).Token;
        }

        internal async Task<string> ImportAsync(GitFolder git, string owner = "owner", string? name = null)
        {
            var id = $"{owner}/{name ?? $"r{Guid.NewGuid():N}"}";
            await ImportAsync(RepositoryType.Model, id, git.Path);
            return id;
        }

        internal async Task<RepositoryRecord> FindAsync(string id) =>
            (await Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Model, id.Split('/')[0], id.Split('/')[1], CancellationToken.None))!;

        internal async Task<string> FolderAsync(string id) => Services.GetRequiredService<GitRepositories>().Open((await FindAsync(id)).Id).Folder;
    }
}
