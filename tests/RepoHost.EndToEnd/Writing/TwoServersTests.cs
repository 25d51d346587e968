using System.Net;
using System.Text;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Writing;

/// <summary>Two servers on one data directory: a gate that one of them was given holds at the other with the next download (threat row 26).</summary>
public sealed class TwoServersTests
{
    private const string Id = "kim/shared";

    [Fact]
    public async Task A_card_that_is_pushed_to_one_server_closes_the_other()
    {
        await using var first = await HubServer.StartAsync();
        await using var second = await first.StartAnotherAsync();
        var (owner, reader) = (await first.AddPersonAsync("kim", "write"), await first.AddPersonAsync("dana"));
        var source = Directory.CreateDirectory(Path.Combine(first.Folder, "source")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "README.md"), "# Open\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(source, "config.json"), "{}", TestContext.Current.CancellationToken);
        await first.AddRepositoryAsync("model", Id, source);

        using var git = await PersonsGit.OfAsync(owner);
        await git.RunAsync("clone", "-q", $"{first.Base}/{Id}", "work");
        for (var round = 0; round < 5; round++)
        {
            // Both have seen the open card, often enough to have kept whatever they keep.
            await DownloadsAreAsync(HttpStatusCode.OK, reader, first, second, second);
            await PushAsync(git, "---\ngated: manual\n---\n");
            await DownloadsAreAsync(HttpStatusCode.Forbidden, reader, second, first);

            using var owned = second.As(owner);
            await CommitAsync(owned, "# Open again\n");
            await DownloadsAreAsync(HttpStatusCode.OK, reader, first, second);
            await git.InAsync("work", "pull", "-q", "--ff-only");
        }
    }

    private static async Task DownloadsAreAsync(HttpStatusCode expected, string token, params HubServer[] servers)
    {
        foreach (var server in servers)
        {
            using var client = server.As(token);
            using var response = await client.GetAsync($"/{Id}/resolve/main/config.json", TestContext.Current.CancellationToken);
            Assert.Equal(expected, response.StatusCode);
        }
    }

    private static async Task PushAsync(PersonsGit git, string card)
    {
        await File.WriteAllTextAsync(git.File("work/README.md"), card, TestContext.Current.CancellationToken);
        await git.CommitAsync("work");
        await git.InAsync("work", "push", "-q", "origin", "main");
    }

    private static async Task CommitAsync(HttpClient client, string card)
    {
        var lines = $$$"""
            {"key":"header","value":{"summary":"open","description":""}}
            {"key":"file","value":{"content":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(card))}}}","path":"README.md","encoding":"base64"}}
            """;
        using var response = await client.PostAsync($"/api/models/{Id}/commit/main", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"), TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
