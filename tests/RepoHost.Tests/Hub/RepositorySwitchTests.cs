using System.CommandLine;
using RepoHost.Commands;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>The operator's <c>repo disable</c>, <c>enable</c> and <c>delete</c> beside the running server, and <c>GET /api/settings/repositories</c>.</summary>
public sealed class RepositorySwitchTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
    [Fact]
    public async Task A_disabled_repository_answers_403_to_everybody_until_it_is_enabled()
    {
        var repository = await world.AddAsync();
        var file = $"/{repository.FullName}/resolve/main/config.json";
        await world.SendAsync("GET", file, null, null).Is(200);
        Assert.Equal((0, $"model {repository.FullName} is disabled.", ""), await RunAsync("repo", "disable", "model", repository.FullName.ToUpperInvariant()));
        foreach (var who in (string[])["nobody", "boss"])
        {
            foreach (var (method, url) in new[] { ("GET", file), ("GET", $"/api/models/{repository.FullName}"), ("POST", $"/api/models/{repository.FullName}/branch/b"), ("GET", $"/{repository.FullName}/info/refs?service=git-upload-pack") })
                Assert.Contains("Access to this resource is disabled.", (await world.SendAsync(method, url, method == "POST" ? "{}" : null, world.Tokens[who]).Is(403)).Text, StringComparison.Ordinal);
        }

        await world.SendAsync("DELETE", "/api/repos/delete", $$"""{"name":"{{repository.FullName}}"}""", world.Tokens["boss"]).Is(403);
        Assert.Equal((0, $"model {repository.FullName} is enabled.", ""), await RunAsync("repo", "enable", "model", repository.FullName));
        await world.SendAsync("GET", file, null, null).Is(200);
    }

    [Fact]
    public async Task The_operator_deletes_a_repository_only_when_they_say_yes()
    {
        var repository = await world.AddAsync();
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, null).Is(200);
        var (status, _, errors) = await RunAsync("repo", "delete", "model", repository.FullName);
        Assert.Equal(1, status);
        Assert.Contains("--yes", errors, StringComparison.Ordinal);
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, null).Is(200);
        Assert.Equal((0, $"model {repository.FullName} is deleted.", ""), await RunAsync("repo", "delete", "model", repository.FullName, "--yes"));
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, world.Tokens["boss"]).Is(404);
        Assert.False(Directory.Exists(world.FolderOf(repository.Id)));
    }

    [Fact]
    public async Task Names_that_are_not_there_and_former_ones_are_told()
    {
        var repository = await world.AddAsync();
        var name = $"acme/{world.NewName()}";
        await world.SendAsync("POST", "/api/repos/move", $$"""{"fromRepo":"{{repository.FullName}}","toRepo":"{{name}}"}""", world.Tokens["boss"]).Is(200);
        foreach (var verb in (string[])["disable", "enable", "delete"])
        {
            Assert.Equal((1, "", $"repohost: The model {repository.FullName} is called {name} now."), await RunAsync("repo", verb, "model", repository.FullName));
            Assert.Equal((1, "", "repohost: There is no dataset acme/never."), await RunAsync("repo", verb, "dataset", "acme/never"));
            Assert.Equal((1, "", "repohost: There is no model plain."), await RunAsync("repo", verb, "model", "plain"));
        }
    }

    [Fact]
    public async Task The_own_repositories_are_listed_with_their_large_files_sizes()
    {
        await world.AddAsync("acme");
        var plain = await world.AddAsync("owner", isPrivate: true);
        var large = await world.AddRepositoryAsync(RepositoryType.Dataset, $"owner/{world.NewName()}", new Dictionary<string, string> { ["a.bin"] = "twelve bytes" });
        var answer = await world.SendAsync("GET", "/api/settings/repositories", null, world.Tokens["owner"]).Is(200);
        var items = System.Text.Json.Nodes.JsonNode.Parse(answer.Text)!.AsArray().ToDictionary(i => (string)i!["id"]!, i => i!);
        Assert.All(items.Keys, id => Assert.StartsWith("owner/", id, StringComparison.Ordinal));
        Assert.Equal(("dataset", "public", 12, 100), ((string)items[large.FullName]["type"]!, (string)items[large.FullName]["visibility"]!, (long)items[large.FullName]["storage"]!, (double)items[large.FullName]["storagePercent"]!));
        Assert.Equal(("model", "private", 0), ((string)items[plain.FullName]["type"]!, (string)items[plain.FullName]["visibility"]!, (long)items[plain.FullName]["storage"]!));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string)items[plain.FullName]["updatedAt"]!);
        await world.SendAsync("GET", "/api/settings/repositories", null, null).Is(401);
    }

    private async Task<(int Status, string Output, string Errors)> RunAsync(params string[] line)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var status = await CommandTree.RunAsync(
            [.. line, "--data", world.DataDirectory], Server.AddRooms, host => [RepositoryCommands.Build(host)], TextReader.Null,
            new InvocationConfiguration { Output = output, Error = errors }, CancellationToken.None);
        return (status, output.ToString().TrimEnd(), errors.ToString().TrimEnd());
    }
}
