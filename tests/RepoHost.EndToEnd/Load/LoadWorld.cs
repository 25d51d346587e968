using System.Net.Http.Json;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>A server of its own with a gated repository, somebody who was let in, and somebody who wishes it ill.</summary>
public sealed class LoadWorld : IAsyncLifetime
{
    public const string Collection = "Load";

    public const string AttackersRepository = "mallory/box";

    private const string Gated = "author/gated";
    private const int FileSize = 4096;

    public HubServer Server { get; private set; } = null!;

    /// <summary>The token of the person who attacks: it may write.</summary>
    public string Attacker { get; private set; } = "";

    /// <summary>The owner of the gated repository.</summary>
    public string Author { get; private set; } = "";

    /// <summary>4 KB of the gated repository, by a person who was granted access.</summary>
    public WarmDownload Download { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await HubServer.StartAsync(new Dictionary<string, string> { ["Accounts__AttemptsPerAddress"] = "100000" });
        string[] tokens = await Task.WhenAll(
            Server.AddPersonAsync("author", "write"), Server.AddPersonAsync("mallory", "write"), Server.AddPersonAsync("dana"));
        (Author, Attacker) = (tokens[0], tokens[1]);
        using var content = new TemporaryFolder();
        await File.WriteAllTextAsync(content.File("README.md"), "---\ngated: manual\n---\n");
        await File.WriteAllBytesAsync(content.File("small.dat"), new byte[FileSize]);
        await Server.AddRepositoryAsync("model", Gated, content.Location);
        await PostAsync(Author, $"/api/models/{Gated}/user-access-request/grant", new { user = "dana" });
        await PostAsync(Attacker, "/api/repos/create", new { name = "box" });
        Download = new WarmDownload(Server.Address, $"/{Gated}/resolve/main/small.dat", tokens[2]);
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    private async Task PostAsync<T>(string token, string path, T body)
    {
        using var client = Server.As(token);
        using var response = await client.PostAsJsonAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}

/// <summary>Nothing else runs beside these: they measure time.</summary>
[CollectionDefinition(LoadWorld.Collection, DisableParallelization = true)]
public sealed class LoadCollection : ICollectionFixture<LoadWorld>;
