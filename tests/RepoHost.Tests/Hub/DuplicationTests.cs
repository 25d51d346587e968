using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>POST /api/{types}/{id}/duplicate</c>: a copy that is no way round the gate.</summary>
public sealed class DuplicationTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private static int _names;

    [Fact]
    public async Task A_copy_has_the_branches_tags_and_LFS_files_of_its_source_and_is_private()
    {
        var source = await world.AddRepositoryAsync(RepositoryType.Model, $"author/source-{Next()}", new Dictionary<string, string>(GatedWorld.Files) { ["README.md"] = "# Open\n" });
        Git(source, "branch", "side", "main");
        Git(source, "tag", "v1", "main");
        Git(source, "update-ref", "refs/pr/1", "main");
        var name = $"copy-{Next()}";
        var answer = await DuplicateAsync("accepted", source.FullName, new { repository = $"accepted/{name}" }, 200);
        Assert.Equal(($"{world.Address}accepted/{name}", $"accepted/{name}", false), ((string)answer["url"]!, (string)answer["name"]!, (bool)answer["filesCopyPending"]!));

        var copy = await FindAsync("accepted", name);
        Assert.Equal((true, copy.Id), (copy.Private, (string)answer["id"]!));
        Assert.Equal(Git(source, "for-each-ref", "refs/heads", "refs/tags"), Git(copy, "for-each-ref"));
        Assert.Equal("refs/heads/main", Git(copy, "symbolic-ref", "HEAD"));
        Git(copy, "fsck", "--strict");
        Assert.Equal(GatedWorld.LfsText, await world.Client(world.Tokens["accepted"]).GetStringAsync($"/accepted/{name}/resolve/main/model.bin"));
        using var hidden = await world.Client(world.Tokens["stranger"]).GetAsync($"/api/models/accepted/{name}");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);

        var taken = await DuplicateAsync("accepted", source.FullName, new { repository = name }, 409);
        Assert.Equal($"{world.Address}accepted/{name}", (string)taken["url"]!);
        await DuplicateAsync("accepted", source.FullName, new { repository = $"accepted/{name}-public", visibility = "public" }, 200);
        Assert.False((await FindAsync("accepted", $"{name}-public")).Private);
    }

    [Theory]
    [InlineData("nobody", 401)]
    [InlineData("stranger", 403)]
    [InlineData("pending", 403)]
    [InlineData("rejected", 403)]
    [InlineData("author with a read token", 403)]
    public async Task Only_those_whom_the_gate_lets_in_copy_and_only_with_a_token_that_writes(string caller, int status)
    {
        var name = $"none-{Next()}";
        await DuplicateAsync(caller, "acme/gated", new { repository = $"{caller.Split(' ')[0]}/{name}" }, status);
        Assert.Null(await world.Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Model, caller.Split(' ')[0], name, CancellationToken.None));
    }

    [Fact]
    public async Task A_copy_of_a_gated_repository_is_gated_for_everyone_else_and_stays_so_without_its_card()
    {
        var name = $"gated-{Next()}";
        await DuplicateAsync("accepted", "acme/gated", new { repository = $"accepted/{name}", visibility = "public" }, 403);
        await DuplicateAsync("accepted", "acme/gated", new { repository = $"acme/{name}" }, 403);
        await DuplicateAsync("accepted", "acme/gated", new { repository = $"accepted/{name}" }, 200);
        var copy = await FindAsync("accepted", name);
        Assert.Equal((true, GateMiddleware.Policy.GateMode.Manual, true), (copy.Private, copy.GateSetting, copy.OrgMembersGated));

        // In an organization its other members have to ask, whatever they are at the source.
        var writer = await world.AddRepositoryAsync(RepositoryType.Model, $"author/own-{Next()}", GatedWorld.Files);
        await GrantAsync(writer, "writer");
        var team = $"team-{Next()}";
        await DuplicateAsync("writer", writer.FullName, new { repository = $"acme/{team}" }, 200);
        using (var member = await world.Client(world.Tokens["member"]).GetAsync($"/acme/{team}/resolve/main/config.json"))
            Assert.Equal((HttpStatusCode.Forbidden, "GatedRepo"), (member.StatusCode, member.Headers.GetValues("X-Error-Code").Single()));

        // Those who may open the source may open the copy.
        await DuplicateAsync("author", writer.FullName, new { repository = $"author/{name}", visibility = "public" }, 200);
        using var nobody = await world.Client().GetAsync($"/author/{name}/resolve/main/config.json");
        Assert.Equal((HttpStatusCode.Unauthorized, "GatedRepo"), (nobody.StatusCode, nobody.Headers.GetValues("X-Error-Code").Single()));
    }

    [Fact]
    public async Task A_copy_of_a_private_repository_is_shown_to_nobody_who_does_not_see_the_source()
    {
        var organizations = world.Services.GetRequiredService<Organizations>();
        var other = $"other-{Next()}";
        await organizations.AddAsync(other, "Other", "stranger", CancellationToken.None);
        await organizations.SetMemberAsync(other, "writer", OrganizationRole.Write, CancellationToken.None);
        var source = await world.AddRepositoryAsync(RepositoryType.Model, $"acme/hidden-{Next()}", new Dictionary<string, string> { ["a.txt"] = "a" }, isPrivate: true);
        await DuplicateAsync("stranger", source.FullName, new { repository = $"stranger/x{Next()}" }, 404);
        await DuplicateAsync("writer", source.FullName, new { repository = $"writer/x{Next()}", @private = false }, 403);
        await DuplicateAsync("writer", source.FullName, new { repository = $"{other}/x{Next()}" }, 403);
        await DuplicateAsync("writer", source.FullName, new { repository = $"writer/x{Next()}" }, 200);
        await DuplicateAsync("writer", source.FullName, new { repository = $"acme/x{Next()}" }, 200);
    }

    [Fact]
    public async Task What_can_not_be_copied_is_told()
    {
        foreach (var body in (object[])[new { }, new { repository = "a/b/c" }, new { repository = "" }, new { repository = "accepted/x", visibility = "all" }, new { repository = "accepted/x", hardware = "t4" }])
            await DuplicateAsync("accepted", "acme/open", body, 400);
        await DuplicateAsync("accepted", "acme/open", new { repository = "stranger/x" }, 403);
        await DuplicateAsync("accepted", "acme/nothing", new { repository = "accepted/x" }, 404);
    }

    private static int Next() => Interlocked.Increment(ref _names);

    private async Task<JsonObject> DuplicateAsync(string caller, string source, object body, int status)
    {
        using var answer = await world.Client(world.Tokens[caller]).PostAsJsonAsync($"/api/models/{source}/duplicate", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"expected {status}, got {(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    private async Task GrantAsync(RepositoryRecord record, string person)
    {
        using var granted = await world.Client(world.Tokens["author"]).PostAsJsonAsync($"/api/models/{record.FullName}/user-access-request/grant", new { user = person });
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
    }

    private async Task<RepositoryRecord> FindAsync(string owner, string name) =>
        (await world.Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Model, owner, name, CancellationToken.None))!;

    private string Git(RepositoryRecord record, params string[] arguments) =>
        TestRepository.RunGit(["--git-dir=" + world.Services.GetRequiredService<GitRepositories>().PathOf(record.Id), .. arguments]).Trim();
}
