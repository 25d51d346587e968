using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Overviews, followers, likes, tags by type, and the routes that are not here.</summary>
public sealed class ProfileRoutesTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    [Fact]
    public async Task An_overview_counts_what_its_reader_may_see()
    {
        await world.AddRepositoryAsync(RepositoryType.Model, "writer/public", new Dictionary<string, string> { ["a"] = "a" });
        await world.AddRepositoryAsync(RepositoryType.Model, "writer/private", new Dictionary<string, string> { ["a"] = "a" }, isPrivate: true);
        foreach (var (caller, models) in new[] { ("nobody", 1), ("stranger", 1), ("writer", 2) })
        {
            var user = await JsonAsync("/api/users/writer/overview", caller);
            Assert.Equal(("writer", "writer Example", "user", models, 0), ((string)user["user"]!, (string)user["fullname"]!, (string)user["type"]!, (int)user["numModels"]!, (int)user["numDatasets"]!));
            // Who is in an organization is for those who are logged in, as on the page.
            Assert.Equal(caller == "nobody" ? [] : ["acme"], user["orgs"]!.AsArray().Select(org => (string)org!["name"]!));
            Assert.DoesNotContain("example.org", user.ToJsonString(), StringComparison.Ordinal);
        }

        foreach (var (caller, models, users) in new[] { ("nobody", 3, (int?)null), ("stranger", 3, 3), ("member", 4, 3) })
        {
            var organization = await JsonAsync("/api/organizations/acme/overview", caller);
            Assert.Equal(("acme", "Acme", models, 1, 1), ((string)organization["name"]!, (string)organization["fullname"]!, (int)organization["numModels"]!, (int)organization["numDatasets"]!, (int)organization["numSpaces"]!));
            Assert.Equal(users, (int?)organization["numUsers"]);
        }
    }

    [Fact]
    public async Task Nobody_follows_or_likes_and_only_names_that_are_there_have_lists()
    {
        foreach (var url in (string[])["/api/users/writer/followers", "/api/users/writer/following", "/api/users/writer/likes", "/api/organizations/acme/followers", "/api/models/acme/open/likers"])
            Assert.Equal("[]", await world.Client().GetStringAsync(url));
        foreach (var url in (string[])["/api/users/nobody-here/overview", "/api/users/nobody-here/followers", "/api/users/acme/overview", "/api/organizations/writer/overview", "/api/organizations/none/followers"])
        {
            using var missing = await world.Client(world.Tokens["author"]).GetAsync(url);
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
            Assert.EndsWith("not found", (string)(await missing.Content.ReadFromJsonAsync<JsonObject>())!["error"]!, StringComparison.Ordinal);
        }

        using var unliked = await world.Client(world.Tokens["stranger"]).DeleteAsync("/api/models/acme/open/like");
        Assert.Equal(HttpStatusCode.OK, unliked.StatusCode);
    }

    [Fact]
    public async Task The_repositories_of_an_organization_have_their_sizes_for_its_members()
    {
        var items = (await world.Client(world.Tokens["member"]).GetFromJsonAsync<JsonArray>("/api/organizations/acme/settings/repositories"))!;
        Assert.Equal(6, items.Count);
        var gated = items.Single(item => (string)item!["id"]! == "acme/gated" && (string)item["type"]! == "model")!;
        Assert.Equal(("public", GatedWorld.LfsText.Length), ((string)gated["visibility"]!, (int)gated["storage"]!));
        Assert.Contains(items, item => (string)item!["visibility"]! == "private");
        foreach (var (caller, status) in new[] { ("nobody", 401), ("stranger", 404) })
        {
            using var refused = await world.Client(world.Tokens[caller]).GetAsync("/api/organizations/acme/settings/repositories");
            Assert.Equal(status, (int)refused.StatusCode);
        }
    }

    [Fact]
    public async Task Tags_by_type_are_the_known_ones_and_those_of_public_repositories()
    {
        await world.AddRepositoryAsync(RepositoryType.Model, "author/tagged", new Dictionary<string, string> { ["README.md"] = "---\nlicense: my-own\nlanguage: tlh\ntags: [seen-by-all]\n---\n" });
        await world.AddRepositoryAsync(RepositoryType.Model, "author/hidden", new Dictionary<string, string> { ["README.md"] = "---\ntags: [seen-by-one]\n---\n" }, isPrivate: true);
        var models = await JsonAsync("/api/models-tags-by-type", "author");
        Assert.Contains("text-generation", Ids(models, "pipeline_tag"));
        Assert.Equal(["license:mit", "license:my-own"], Ids(models, "license").Where(id => id is "license:mit" or "license:my-own"));
        Assert.Contains("seen-by-all", Ids(models, "other"));
        Assert.DoesNotContain("seen-by-one", models.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("task_categories:text-generation", Ids(await JsonAsync("/api/datasets-tags-by-type", "nobody"), "task_categories"));

        static string[] Ids(JsonObject lists, string kind) => [.. lists[kind]!.AsArray().Select(tag => (string)tag!["id"]!)];
    }

    [Theory]
    [InlineData("GET", "/api/spaces/acme/gated/runtime")]
    [InlineData("POST", "/api/spaces/acme/gated/secrets")]
    [InlineData("POST", "/api/models/acme/gated/lfs-files/duplicate")]
    [InlineData("GET", "/api/collections")]
    [InlineData("PATCH", "/api/collections/a/b/items/1")]
    [InlineData("GET", "/api/daily_papers")]
    [InlineData("GET", "/api/papers/2401.00001")]
    [InlineData("POST", "/api/jobs/author")]
    [InlineData("GET", "/api/buckets/author/b")]
    [InlineData("GET", "/api/settings/webhooks")]
    public async Task What_is_not_here_says_so(string method, string url)
    {
        using var request = new HttpRequestMessage(new(method), url);
        using var answer = await world.Client(world.Tokens["author"]).SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.StartsWith("This server ", (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_is_told_of_no_agent_harnesses() =>
        Assert.Equal("""{"standardEnvVars":[],"harnesses":{}}""", await world.Client().GetStringAsync("/api/agent-harnesses"));

    private async Task<JsonObject> JsonAsync(string url, string caller) => (await world.Client(world.Tokens[caller]).GetFromJsonAsync<JsonObject>(url))!;
}
