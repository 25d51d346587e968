using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>What people meet who use fine-grained tokens; which right opens which door is the table's (<see cref="TokenRightTableTests"/>).</summary>
public sealed class FineGrainedTokenTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
    private const string GatedCard = "---\ngated: manual\n---\n# Gated\n";

    [Theory]
    [InlineData("PUT", "/api/models/{0}/settings", "Settings")]
    [InlineData("GET", "/api/models/{0}/user-access-request/pending", "Review requests")]
    [InlineData("POST", "/api/models/{0}/branch/side", "Write")]
    [InlineData("GET", "/{0}/resolve/main/config.json", "Read")]
    [InlineData("GET", "/{0}/raw/main/config.json", "Read")]
    [InlineData("GET", "/api/models/{0}/auth-check", "Read")]
    [InlineData("GET", "/{0}.git/info/refs?service=git-upload-pack", "Read")]
    [InlineData("GET", "/{0}.git/info/refs?service=git-receive-pack", "Write")]
    public async Task A_refusal_names_the_missing_right_and_the_page_where_it_is_given(string method, string route, string right)
    {
        var repository = await world.AddAsync(isPrivate: true);
        // Every right but the one that is asked for.
        var rights = TokenRights.All & ~TokenRightWords.Each.Single(each => each.Title() == right);
        var token = await IssueAsync("boss", false, (ScopeEntity.Of(repository), rights));
        var answer = await world.SendAsync(method, string.Format(System.Globalization.CultureInfo.InvariantCulture, route, repository.FullName), method == "GET" ? null : "{}", token);
        var page = $"{world.Address.ToString().TrimEnd('/')}/settings/tokens";
        var sentence = $"This fine-grained token lacks the right '{right}' on {repository.FullName}. Change it at {page}.";
        Assert.Equal(403, (int)answer.Status);
        Assert.Equal(sentence, answer.Type!.StartsWith("text/plain", StringComparison.Ordinal) ? answer.Text : answer.Error);
        Assert.Equal(right == "Read" ? "GatedRepo" : null, answer.Code);
    }

    [Fact]
    public async Task The_sentence_about_public_gated_repositories_is_the_Hubs()
    {
        var repository = await world.AddAsync(card: GatedCard);
        var answer = await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, await IssueAsync("boss", false));
        Assert.Equal(
            (403, "GatedRepo", "Please enable access to public gated repositories in your fine-grained token settings to view this repository."),
            ((int)answer.Status, answer.Code, answer.Error));
    }

    /// <summary>Writing is not reading: names and sizes are needed to write, the words of the card are not. That a list finds a word tells it too.</summary>
    [Fact]
    public async Task A_token_without_Read_learns_no_word_of_a_private_card()
    {
        const string Word = "word-of-the-card";
        var repository = await world.AddAsync(owner: "owner", card: $"---\nlicense: {Word}\ntags: [{Word}]\npipeline_tag: text-classification\n---\n# {Word}\n", isPrivate: true);
        var writes = await IssueAsync("owner", false, (ScopeEntity.Of(repository), TokenRights.Write));
        var reads = await IssueAsync("owner", false, (ScopeEntity.Of(repository), TokenRights.Read));
        foreach (var (route, shows) in new[]
        {
            ($"/api/models/{repository.FullName}", true), ($"/api/models/{repository.FullName}?expand=tags&expand=cardData", true), ($"/{repository.FullName}", true),
            ("/api/models?author=owner&full=true&cardData=true&limit=500", true), ("/models?author=owner", false), ("/owner", false),
        })
        {
            var (written, read) = (await world.SendAsync("GET", route, null, writes), await world.SendAsync("GET", route, null, reads));
            Assert.Equal((200, 200), ((int)written.Status, (int)read.Status));
            Assert.DoesNotContain(Word, written.Text, StringComparison.Ordinal);
            Assert.Contains(repository.FullName, written.Text, StringComparison.Ordinal);
            Assert.True(!shows || read.Text.Contains(Word, StringComparison.Ordinal), route);
        }

        foreach (var filter in (string[])[$"filter={Word}", "pipeline_tag=text-classification", $"library={Word}"])
        {
            var route = $"/api/models?author=owner&{filter}";
            Assert.DoesNotContain(repository.FullName, (await world.SendAsync("GET", route, null, writes)).Text, StringComparison.Ordinal);
            Assert.Contains(repository.FullName, (await world.SendAsync("GET", route, null, reads)).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_lacks_the_right_themselves_does_not_hear_that_it_is_the_token()
    {
        var repository = await world.AddAsync();
        var token = await IssueAsync("reader", true, (ScopeEntity.Of(repository), TokenRights.Read));
        var answer = await world.SendAsync("PUT", $"/api/models/{repository.FullName}/settings", "{}", token);
        Assert.Equal((403, "You have read access but not the required permissions for this operation"), ((int)answer.Status, answer.Error));
        // But a pull request is open to them, and only the token stands in the way.
        var proposal = await world.SendAsync("POST", $"/api/models/{repository.FullName}/discussions", """{"title":"a","pullRequest":true}""", token);
        Assert.Contains("lacks the right 'Write'", proposal.Is(403).Error, StringComparison.Ordinal);
    }

    /// <summary>The warm way asks no database, so it is the stamp that tells.</summary>
    [Fact]
    public async Task Other_rights_hold_for_the_very_next_request()
    {
        var repository = await world.AddAsync(isPrivate: true);
        var file = $"/{repository.FullName}/resolve/main/config.json";
        var issued = await IssuedAsync("boss", false, (ScopeEntity.Of(repository), TokenRights.Read));
        for (var round = 0; round < 10; round++)
        {
            Assert.Equal(200, await StatusAsync(file, issued.Text));
            Assert.True(await ChangeAsync("boss", issued.Id, (ScopeEntity.Of(repository), TokenRights.Write)));
            Assert.Equal(403, await StatusAsync(file, issued.Text));
            Assert.True(await ChangeAsync("boss", issued.Id));
            Assert.Equal(404, await StatusAsync(file, issued.Text));
            Assert.True(await ChangeAsync("boss", issued.Id, (ScopeEntity.Of(repository), TokenRights.Read)));
        }

        // Only one's own, only fine-grained ones, and none that was revoked.
        Assert.False(await ChangeAsync("writer", issued.Id));
        Assert.True(await world.Services.GetRequiredService<TokenIssuer>().RevokeAsync(issued.Id, CancellationToken.None));
        Assert.False(await ChangeAsync("boss", issued.Id));
        Assert.Equal(401, await StatusAsync(file, issued.Text));
    }

    [Fact]
    public async Task Rights_at_a_namespace_follow_its_repositories_and_rights_at_a_repository_go_with_it()
    {
        var repository = await world.AddAsync(owner: "owner", isPrivate: true);
        await world.Services.GetRequiredService<Organizations>().SetMemberAsync("acme", "owner", OrganizationRole.Admin, CancellationToken.None);
        var byNamespace = await IssueAsync("owner", false, (await NamespaceAsync("owner"), TokenRights.Read));
        var byRepository = await IssueAsync("owner", false, (ScopeEntity.Of(repository), TokenRights.Read));
        Assert.Equal((200, 200), (await StatusAsync(File(repository), byNamespace), await StatusAsync(File(repository), byRepository)));

        await world.PostAsync("/api/repos/move", new { fromRepo = repository.FullName, toRepo = $"acme/{repository.Name}", type = "model" }, "owner").Is(200);
        var moved = (await world.FindAsync($"acme/{repository.Name}"))!;
        Assert.Equal((404, 200), (await StatusAsync(File(moved), byNamespace), await StatusAsync(File(moved), byRepository)));

        await world.SendAsync("DELETE", "/api/repos/delete", JsonSerializer.Serialize(new { name = moved.FullName }), world.Tokens["boss"]).Is(200);
        var again = await world.AddRepositoryAsync(RepositoryType.Model, moved.FullName, new Dictionary<string, string> { ["README.md"] = "# New\n", ["config.json"] = "{}" }, isPrivate: true);
        Assert.Equal(404, await StatusAsync(File(again), byRepository));
        await world.Services.GetRequiredService<Organizations>().RemoveMemberAsync("acme", "owner", CancellationToken.None);
    }

    [Fact]
    public async Task A_token_never_gives_more_than_its_person_has()
    {
        var repository = await world.AddAsync(isPrivate: true);
        var person = await world.AddPersonAsync("leaver");
        await world.Services.GetRequiredService<Organizations>().SetMemberAsync("acme", "leaver", OrganizationRole.Read, CancellationToken.None);
        var token = await IssueAsync("leaver", true, (ScopeEntity.Of(repository), TokenRights.All), (await NamespaceAsync("acme"), TokenRights.All));
        Assert.Equal(200, await StatusAsync(File(repository), token));
        await world.SendAsync("POST", $"/api/models/{repository.FullName}/branch/side", "{}", token).Is(403);
        await world.Services.GetRequiredService<Organizations>().RemoveMemberAsync("acme", "leaver", CancellationToken.None);
        Assert.Equal(404, await StatusAsync(File(repository), token));
        Assert.NotNull(person);
    }

    [Fact]
    public async Task Lists_show_the_private_repositories_that_the_token_reaches_and_no_others()
    {
        var (first, second) = (await world.AddAsync(owner: "owner", isPrivate: true), await world.AddAsync(owner: "owner", isPrivate: true));
        var open = await world.AddAsync(owner: "owner");
        foreach (var (token, expected) in new[]
        {
            (await IssueAsync("owner", true), [open]),
            (await IssueAsync("owner", false, (ScopeEntity.Of(first), TokenRights.Settings)), [first, open]),
            (await IssueAsync("owner", false, (await NamespaceAsync("owner"), TokenRights.Read)), [first, second, open]),
            (await IssueAsync("owner", false, (await NamespaceAsync("acme"), TokenRights.All)), [open]),
            (world.Tokens["owner"]!, (RepositoryRecord[])[first, second, open]),
        })
        {
            var names = new HashSet<string> { first.FullName, second.FullName, open.FullName };
            foreach (var route in (string[])["/api/models?author=owner&limit=500", "/api/settings/repositories"])
            {
                var list = JsonNode.Parse((await world.SendAsync("GET", route, null, token).Is(200)).Text)!.AsArray();
                Assert.Equal(expected.Select(r => r.FullName).Order(), list.Select(item => (string)item!["id"]!).Where(names.Contains).Order());
            }
        }
    }

    [Fact]
    public async Task Making_moving_and_deleting_repositories_need_their_rights()
    {
        var acme = await NamespaceAsync("acme");
        var own = await NamespaceAsync("boss");
        var name = world.NewName();
        var body = JsonSerializer.Serialize(new { name, organization = "acme", type = "model" });
        var page = $"{world.Address.ToString().TrimEnd('/')}/settings/tokens";
        foreach (var grants in (ValueTuple<ScopeEntity, TokenRights>[][])[[], [(acme, TokenRights.All & ~TokenRights.Write)], [(own, TokenRights.All)]])
        {
            var refused = await world.SendAsync("POST", "/api/repos/create", body, await IssueAsync("boss", true, grants));
            Assert.Equal($"This fine-grained token lacks the right 'Write' on acme. Change it at {page}.", refused.Is(403).Error);
        }

        await world.SendAsync("POST", "/api/repos/create", body, await IssueAsync("boss", false, (acme, TokenRights.Write))).Is(200);
        var made = (await world.FindAsync($"acme/{name}"))!;
        var settings = await IssueAsync("boss", false, (ScopeEntity.Of(made), TokenRights.Settings));
        var away = JsonSerializer.Serialize(new { fromRepo = made.FullName, toRepo = $"boss/{name}", type = "model" });
        Assert.Contains("lacks the right 'Write' on boss", (await world.SendAsync("POST", "/api/repos/move", away, settings)).Is(403).Error, StringComparison.Ordinal);
        await world.SendAsync("POST", "/api/repos/move", JsonSerializer.Serialize(new { fromRepo = made.FullName, toRepo = $"acme/{name}-2", type = "model" }), settings).Is(200);
        var both = await IssueAsync("boss", false, (ScopeEntity.Of(made), TokenRights.Settings), (own, TokenRights.Write));
        await world.SendAsync("POST", "/api/repos/move", JsonSerializer.Serialize(new { fromRepo = $"acme/{name}-2", toRepo = $"boss/{name}", type = "model" }), both).Is(200);

        var delete = JsonSerializer.Serialize(new { name = $"boss/{name}" });
        var writer = await IssueAsync("boss", false, (ScopeEntity.Of(made), TokenRights.All & ~TokenRights.Settings));
        Assert.Contains("lacks the right 'Settings'", (await world.SendAsync("DELETE", "/api/repos/delete", delete, writer)).Is(403).Error, StringComparison.Ordinal);
        await world.SendAsync("DELETE", "/api/repos/delete", delete, settings).Is(200);
    }

    [Fact]
    public async Task An_organizations_inside_needs_a_right_there_and_its_settings_that_right()
    {
        var (acme, page) = (await NamespaceAsync("acme"), $"{world.Address.ToString().TrimEnd('/')}/settings/tokens");
        foreach (var (token, list, change, why) in new[]
        {
            (await IssueAsync("boss", true), 404, 404, null),
            (await IssueAsync("boss", true, (await NamespaceAsync("boss"), TokenRights.All)), 404, 404, null),
            (await IssueAsync("boss", false, (acme, TokenRights.All & ~TokenRights.Settings)), 200, 403, $"This fine-grained token lacks the right 'Settings' on acme. Change it at {page}."),
            (await IssueAsync("boss", false, (acme, TokenRights.Settings)), 200, 200, null),
            (await IssueAsync("writer", false, (acme, TokenRights.All)), 200, 403, "You have read access but not the required permissions for this operation"),
        })
        {
            await world.SendAsync("GET", "/api/organizations/acme/members", null, token).Is(list);
            var changed = await world.SendAsync("PUT", "/api/organizations/acme/settings", """{"fullname":"Acme"}""", token).Is(change);
            if (why is not null)
                Assert.Equal(why, changed.Error);
        }
    }

    [Fact]
    public async Task Whoami_says_what_the_token_may_in_the_Hubs_words()
    {
        var (model, hidden) = (await world.AddAsync(), await world.AddAsync(owner: "owner", isPrivate: true));
        var boss = await NamespaceAsync("boss");
        // Of a repository that its person can't see, not even the name is told.
        var token = await IssueAsync("boss", true, (ScopeEntity.Of(model), TokenRights.All), (boss, TokenRights.Read | TokenRights.Write), (ScopeEntity.Of(hidden), TokenRights.Read));
        var auth = JsonNode.Parse((await world.SendAsync("GET", "/api/whoami-v2", null, token).Is(200)).Text)!["auth"]!["accessToken"]!;
        Assert.Equal("fineGrained", (string)auth["role"]!);
        Assert.Equal(
            $$"""{"canReadGatedRepos":true,"global":[],"scoped":[{"entity":{"_id":"{{boss.Id}}","type":"user","name":"boss"},"permissions":["repo.content.read","repo.write"]},{"entity":{"_id":"{{model.Id}}","type":"model","name":"{{model.FullName}}"},"permissions":["repo.content.read","repo.write","repo.settings.write","repo.access.read","repo.access.write"]}]}""",
            auth["fineGrained"]!.ToJsonString());
        Assert.Null(JsonNode.Parse((await world.SendAsync("GET", "/api/whoami-v2", null, world.Tokens["boss"])).Text)!["auth"]!["accessToken"]!["fineGrained"]);
    }

    [Fact]
    public async Task Git_pushes_with_the_right_to_write_alone_and_says_what_a_clone_lacks()
    {
        var repository = await world.AddAsync(isPrivate: true);
        var url = $"{world.Address.ToString().TrimEnd('/')}/{repository.FullName}";
        using var git = new GitClient(await IssueAsync("boss", false, (ScopeEntity.Of(repository), TokenRights.Write)));
        var refused = git.Run("clone", "-q", url, "work");
        Assert.Contains("lacks the right 'Read'", refused.Said, StringComparison.Ordinal);
        git.Must("init", "-q", "new");
        git.Write("new/a.txt", "a\n");
        git.Commit("new");
        git.In("new", "push", "-q", url, "main:side");
        Assert.Contains("side", world.Git(repository, "branch"), StringComparison.Ordinal);

        using var reader = new GitClient(await IssueAsync("boss", false, (ScopeEntity.Of(repository), TokenRights.Read)));
        reader.Must("clone", "-q", url, "work");
        reader.Write("work/b.txt", "b\n");
        reader.Commit("work");
        Assert.Contains("lacks the right 'Write'", reader.TryIn("work", "push", "-q").Said, StringComparison.Ordinal);
    }

    /// <summary>The gate is a setting, wherever it is written (threat row 23).</summary>
    [Fact]
    public async Task Lowering_the_gate_by_a_push_needs_the_right_to_settings()
    {
        var repository = await world.AddAsync(card: GatedCard);
        var commit = new CommitRequest().File("README.md", "# Open now\n");
        var entity = ScopeEntity.Of(repository);
        var refused = await commit.SendAsync(world, await IssueAsync("boss", false, (entity, TokenRights.Read | TokenRights.Write)), repository.FullName);
        Assert.Equal(403, (int)refused.Status);
        Assert.Contains("would lower the repository's gate", refused.Error, StringComparison.Ordinal);
        Assert.Contains("lacks the right 'Settings'", refused.Error, StringComparison.Ordinal);
        (await commit.SendAsync(world, await IssueAsync("boss", false, (entity, TokenRights.Write | TokenRights.Settings)), repository.FullName)).AssertDone();
    }

    /// <summary>LFS hashes are handles (contract 4.2).</summary>
    [Fact]
    public async Task Hashes_stay_masked_for_a_token_that_may_not_read()
    {
        var repository = await world.AddRepositoryAsync(
            RepositoryType.Model, $"acme/{world.NewName()}", new Dictionary<string, string> { [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n", ["a.bin"] = "large\n" }, isPrivate: true);
        var entity = ScopeEntity.Of(repository);
        foreach (var (rights, masked) in new[] { (TokenRights.Settings, true), (TokenRights.Read, false) })
        {
            var tree = await world.SendAsync("GET", $"/api/models/{repository.FullName}/tree/main", null, await IssueAsync("boss", true, (entity, rights)));
            Assert.Equal(masked, tree.Is(200).Text.Contains(new string('*', 64), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task More_than_a_hundred_scopes_are_refused() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
        await IssueAsync("boss", false, [.. Enumerable.Range(0, 101).Select(i => (new ScopeEntity(ScopeEntityKind.Model, HubId.New(), "a/b"), TokenRights.Read))]));

    /// <summary>Fine-grained tokens are no slower than others: what they may is found without a byte of garbage.</summary>
    [Fact]
    public async Task What_a_known_token_may_read_is_found_without_allocating()
    {
        var (hidden, gated) = (await world.AddAsync(isPrivate: true), await world.AddAsync(card: GatedCard));
        var issued = await IssuedAsync("boss", true, (ScopeEntity.Of(hidden), TokenRights.Read));
        var boss = world.People["boss"].Id;
        var caller = (await world.Services.GetRequiredService<CheckedTokens>().FindAsync(issued.Id, boss, CancellationToken.None))!.As(CredentialKind.Bearer);
        var (rights, roles) = (world.Services.GetRequiredService<MissingRights>(), world.Services.GetRequiredService<RepositoryRoles>());
        long before = 0;
        for (var round = 0; round < 1000; round++)
        {
            // The first rounds fill caches and compile.
            if (round == 500)
                before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(ReferenceEquals(caller.Person, rights.Person(caller, hidden)) && ReferenceEquals(caller.Person, rights.Person(caller, gated)));
            var role = roles.FindAsync(hidden, caller, CancellationToken.None);
            Assert.True(round < 500 || role.IsCompletedSuccessfully);
            Assert.True((await role).MaySee);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string File(RepositoryRecord repository) => $"/{repository.FullName}/resolve/main/config.json";

    private async Task<int> StatusAsync(string url, string token) => (int)(await world.SendAsync("GET", url, null, token)).Status;

    private async Task<ScopeEntity> NamespaceAsync(string name) => (await world.Services.GetRequiredService<TokenEntities>().FindNamespaceAsync(name, CancellationToken.None))!;

    private async Task<string> IssueAsync(string who, bool readsGated, params (ScopeEntity Entity, TokenRights Rights)[] grants) => (await IssuedAsync(who, readsGated, grants)).Text;

    private async Task<IssuedToken> IssuedAsync(string who, bool readsGated, params (ScopeEntity Entity, TokenRights Rights)[] grants) =>
        await world.Services.GetRequiredService<TokenIssuer>().IssueAsync(
            (await world.Services.GetRequiredService<UserAccounts>().FindAsync(who, CancellationToken.None))!, "limited", new TokenGrant(readsGated, [.. grants.Select(g => new ScopeGrant(g.Entity, g.Rights))]), null, CancellationToken.None);

    private async Task<bool> ChangeAsync(string who, string tokenId, params (ScopeEntity Entity, TokenRights Rights)[] grants) =>
        await world.Services.GetRequiredService<TokenIssuer>().ChangeRightsAsync(
            tokenId, (await world.Services.GetRequiredService<UserAccounts>().FindAsync(who, CancellationToken.None))!.Id, new(false, [.. grants.Select(g => new ScopeGrant(g.Entity, g.Rights))]), CancellationToken.None);
}
