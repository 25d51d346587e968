using System.Text.Json;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Storage;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>DELETE /api/repos/delete</c> and <c>POST /api/repos/move</c> (contract 7.1, threat row 22).</summary>
public sealed class RepositoryMoveTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
    private const string GatedCard = "---\ngated: manual\n---\n# Gated\n";

    [Fact]
    public async Task A_deleted_repository_is_gone_with_all_that_hung_on_it_and_one_of_the_same_name_starts_empty()
    {
        var repository = await WithGrantAsync("acme");
        var file = $"/{repository.FullName}/resolve/main/config.json";
        await world.SendAsync("GET", file, null, world.Tokens["stranger"]).Is(200);

        await DeleteAsync(new { name = repository.Name, organization = "acme", type = "model" }, "boss").Is(200);
        Assert.Equal("RepoNotFound", (await world.SendAsync("GET", file, null, world.Tokens["boss"]).Is(404)).Code);
        Assert.False(Directory.Exists(world.FolderOf(repository.Id)));
        await using (var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync())
        {
            Assert.Equal(0, await db.AccessRequests.CountAsync(r => r.RepositoryId == repository.Id));
            Assert.Equal(0, await db.LfsObjects.CountAsync(o => o.RepositoryId == repository.Id));
        }

        var again = await world.AddRepositoryAsync(RepositoryType.Model, repository.FullName, new Dictionary<string, string> { ["README.md"] = GatedCard, ["config.json"] = "{}" });
        Assert.NotEqual(repository.Id, again.Id);
        Assert.Equal("GatedRepo", (await world.SendAsync("GET", file, null, world.Tokens["stranger"]).Is(403)).Code);
    }

    [Fact]
    public async Task Deleting_takes_the_large_files_that_no_other_repository_was_given()
    {
        var shared = $"shared {Guid.NewGuid()}";
        var (first, second) = (await WithLargeFilesAsync(shared, "only in the first"), await WithLargeFilesAsync(shared, "only in the second"));
        var blobs = world.Services.GetRequiredService<IBlobStore>();
        var mine = (await OidsAsync(first.Id)).Except(await OidsAsync(second.Id)).Single();
        await DeleteAsync(new { name = first.FullName }, "boss").Is(200);
        Assert.Null(await blobs.LengthAsync(mine, CancellationToken.None));
        foreach (var oid in await OidsAsync(second.Id))
            Assert.NotNull(await blobs.LengthAsync(oid, CancellationToken.None));
        Assert.Equal(shared, (await world.SendAsync("GET", $"/{second.FullName}/resolve/main/a.bin", null, null).Is(200)).Text);
    }

    [Fact]
    public async Task A_missing_repository_and_a_former_name_are_404_and_another_letter_case_is_found()
    {
        Assert.Equal(("RepoNotFound", "Repository not found"), (await DeleteAsync(new { name = "never", organization = "acme" }, "boss").Is(404)) is var missing ? (missing.Code, missing.Error) : default);
        var repository = await world.AddAsync();
        var (old, name) = (repository.Name, world.NewName());
        await MoveAsync(repository.FullName, $"acme/{name}", "boss").Is(200);
        Assert.Equal("RepoNotFound", (await DeleteAsync(new { name = old, organization = "acme" }, "boss").Is(404)).Code);
        await DeleteAsync(new { name, organization = "acme", type = "dataset" }, "boss").Is(404);
        await DeleteAsync(new { name = name.ToUpperInvariant(), organization = "ACME" }, "boss").Is(200);
        Assert.Null(await world.FindAsync($"acme/{name}"));
        // The former name ended with it.
        Assert.Null(await world.FindAsync($"acme/{old}"));
    }

    [Fact]
    public async Task Only_owners_and_administrators_delete_and_move_and_hidden_repositories_stay_hidden()
    {
        var (open, hidden) = (await world.AddAsync(), await world.AddAsync(isPrivate: true));
        foreach (var (who, seen, unseen) in new[] { ("writer", 403, 403), ("contributor", 403, 403), ("reader", 403, 403), ("stranger", 403, 404), ("owner", 403, 404), ("boss with a read token", 403, 403), ("nobody", 401, 401) })
        {
            await DeleteAsync(new { name = open.FullName }, who).Is(seen);
            await DeleteAsync(new { name = hidden.FullName }, who).Is(unseen);
            await MoveAsync(open.FullName, $"{(who == "owner" ? who : "acme")}/{world.NewName()}", who).Is(seen);
            await MoveAsync(hidden.FullName, $"acme/{world.NewName()}", who).Is(unseen);
        }

        Assert.Equal((open.FullName, hidden.FullName), ((await world.FindAsync(open.FullName))!.FullName, (await world.FindAsync(hidden.FullName))!.FullName));
        var owned = await world.AddAsync("owner");
        await DeleteAsync(new { name = owned.Name, organization = (string?)null }, "owner").Is(200);
    }

    [Fact]
    public async Task The_old_names_of_a_moved_private_repository_go_on_working_with_a_token_and_grants_survive()
    {
        var repository = await WithGrantAsync("acme", isPrivate: true);
        var (old, name) = (repository.FullName, $"acme/{world.NewName()}");
        await MoveAsync(old, name, "boss").Is(200);
        var token = world.Tokens["reader"];
        foreach (var (method, url) in new[] { ("GET", $"/api/models/{old}?blobs=true"), ("HEAD", $"/{old}/resolve/refs%2Fheads%2Fmain/config.json"), ("POST", $"/api/models/{old}/branch/b%2Fc") })
        {
            var answer = await world.SendAsync(method, url, method == "POST" ? "{}" : null, token).Is(307);
            Assert.Equal(url.Replace(old, name, StringComparison.Ordinal), answer.Location);
            await world.SendAsync(method, answer.Location!, method == "POST" ? "{}" : null, world.Tokens["boss"]).Is(200);
            await world.SendAsync(method, url, null, world.Tokens["stranger"]).Is(404);
            await world.SendAsync(method, url, null, null).Is(401);
        }

        var clone = Directory.CreateTempSubdirectory("repohost-clone-").FullName;
        try
        {
            RepoHost.Tests.Git.TestRepository.RunGit(
                ["-c", $"http.extraHeader=Authorization: Bearer {world.Tokens["boss"]}", "clone", "-q", $"{world.Address}{old}", clone]);
            Assert.True(File.Exists(Path.Combine(clone, "config.json")));
        }
        finally
        {
            Directory.Delete(clone, recursive: true);
        }

        // Made public again, the person who was let in still is.
        await world.SendAsync("PUT", $"/api/models/{name}/settings", """{"private":false}""", world.Tokens["boss"]).Is(200);
        await world.SendAsync("GET", $"/{name}/resolve/main/config.json", null, world.Tokens["stranger"]).Is(200);
        await world.SendAsync("GET", $"/{name}/resolve/main/config.json", null, world.Tokens["owner"]).Is(403);
    }

    [Fact]
    public async Task Moving_back_works_and_so_does_another_owner()
    {
        var repository = await world.AddAsync();
        var (first, second) = (repository.FullName, $"acme/{world.NewName()}");
        await MoveAsync(first, second, "boss").Is(200);
        await MoveAsync(second, first, "boss").Is(200);
        Assert.Equal(first, (await world.FindAsync(first))!.FullName);
        Assert.Equal(first, (await world.FindAsync(second))!.FullName);
        await world.SendAsync("GET", $"/api/models/{second}", null, null).Is(307);
        await world.SendAsync("GET", $"/api/models/{first}", null, null).Is(200);

        await MoveAsync(first, $"boss/{repository.Name}", "boss").Is(200);
        Assert.Equal(world.People["boss"].Id, (await world.FindAsync(first))!.OwnerUserId);
        Assert.Equal(repository.Id, (await world.FindAsync(first))!.Id);
        // Only the letters change.
        await MoveAsync($"boss/{repository.Name}", $"boss/{repository.Name.ToUpperInvariant()}", "boss").Is(200);
        Assert.Equal($"boss/{repository.Name.ToUpperInvariant()}", (await world.FindAsync($"boss/{repository.Name}"))!.FullName);
    }

    [Fact]
    public async Task A_target_that_is_taken_is_409_in_the_words_that_clients_look_for_and_bad_names_are_400()
    {
        var (from, there) = (await world.AddAsync(), await world.AddAsync());
        Assert.Equal($"A model repository called {there.FullName} already exists", (await MoveAsync(from.FullName, there.FullName, "boss").Is(409)).Error);
        Assert.Contains("already exists", (await MoveAsync(from.FullName, there.FullName.ToUpperInvariant(), "boss").Is(409)).Error, StringComparison.Ordinal);
        foreach (var name in (string[])["acme/a..b", "acme/a b", "acme/x.git", "acme/tree", "acme/"])
            await MoveAsync(from.FullName, name, "boss").Is(400);
        foreach (var (body, reason) in new[] { ("{}", "fromRepo"), ("""{"fromRepo":"one","toRepo":"acme/x"}""", "fromRepo"), ("""{"fromRepo":"acme/x","toRepo":"a/b/c"}""", "toRepo"), ("x", "expected object"), ("""{"fromRepo":"acme/x","toRepo":"acme/y","type":"bucket"}""", "at type") })
            Assert.Contains(reason, (await world.SendAsync("POST", "/api/repos/move", body, world.Tokens["boss"]).Is(400)).Error, StringComparison.Ordinal);

        // An administrator of acme is nobody in the namespace of somebody else, nor in one that is not there.
        Assert.StartsWith("You don't have the rights to create a model under the namespace \"owner\"", (await MoveAsync(from.FullName, "owner/mine-now", "boss").Is(403)).Error, StringComparison.Ordinal);
        await MoveAsync(from.FullName, "nowhere/x", "boss").Is(403);
        Assert.Equal("RepoNotFound", (await MoveAsync("acme/never", "acme/x", "boss").Is(404)).Code);
        Assert.Equal(from.FullName, (await world.FindAsync(from.FullName))!.FullName);
    }

    [Fact]
    public async Task A_push_that_waits_while_its_repository_is_deleted_is_told_that_it_is_gone()
    {
        var repository = await world.AddAsync();
        var held = await RepositoryLock.AcquireAsync(world.FolderOf(repository.Id), CancellationToken.None);
        var branch = world.SendAsync("POST", $"/api/models/{repository.FullName}/branch/late", "{}", world.Tokens["writer"]);
        var delete = DeleteAsync(new { name = repository.FullName }, "boss");
        held.Dispose();
        await delete.Is(200);
        Assert.Contains((int)(await branch).Status, (int[])[200, 404]);
        Assert.False(Directory.Exists(world.FolderOf(repository.Id)));
        await world.SendAsync("POST", $"/api/models/{repository.FullName}/branch/later", "{}", world.Tokens["writer"]).Is(404);
    }

    private async Task<RepositoryRecord> WithGrantAsync(string owner, bool isPrivate = false)
    {
        var repository = await world.AddAsync(owner, GatedCard, isPrivate);
        await world.Services.GetRequiredService<AccessRequests>().GrantAsync(repository, world.People["boss"].Id, new("stranger", null), CancellationToken.None);
        Assert.Equal(AccessState.Accepted, await StateAsync(repository.Id));
        return repository;
    }

    private async Task<AccessState> StateAsync(string repositoryId)
    {
        await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
        return (await db.AccessRequests.SingleAsync(r => r.RepositoryId == repositoryId)).State;
    }

    private Task<RepositoryRecord> WithLargeFilesAsync(params string[] contents) => world.AddRepositoryAsync(
        RepositoryType.Model, $"acme/{world.NewName()}", contents.Index().ToDictionary(c => $"{(char)('a' + c.Index)}.bin", c => c.Item));

    private async Task<List<string>> OidsAsync(string repositoryId)
    {
        await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
        return await db.LfsObjects.Where(o => o.RepositoryId == repositoryId).Select(o => o.Oid).ToListAsync();
    }

    private Task<Answer> DeleteAsync(object body, string by) => world.SendAsync("DELETE", "/api/repos/delete", JsonSerializer.Serialize(body), world.Tokens[by]);

    private Task<Answer> MoveAsync(string from, string to, string by) =>
        world.SendAsync("POST", "/api/repos/move", JsonSerializer.Serialize(new { fromRepo = from, toRepo = to, type = "model" }), world.Tokens[by]);
}
