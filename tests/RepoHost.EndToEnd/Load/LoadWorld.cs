using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>A server of its own with a gated repository, somebody who was let in, and somebody who wishes it ill.</summary>
public sealed class LoadWorld : IAsyncLifetime
{
    public const string Collection = "Load";

    public const string AttackersRepository = "mallory/box";

    /// <summary>Everybody may read it and open pull requests; the author writes.</summary>
    public const string Open = "author/open";

    /// <summary>The other attacker's.</summary>
    public const string SecondAttackersRepository = "trudy/box";

    /// <summary>What a stranger may add to <see cref="Open"/>.</summary>
    public const int ProposalBytes = 100_000;

    /// <summary>How many pull requests a stranger may open.</summary>
    public const int Proposals = 3;

    private const string Gated = "author/gated";
    private const int FileSize = 4096;

    public HubServer Server { get; private set; } = null!;

    /// <summary>The token of the person who attacks: it may write.</summary>
    public string Attacker { get; private set; } = "";

    /// <summary>The token of a second one, who may write as well.</summary>
    public string SecondAttacker { get; private set; } = "";

    /// <summary>The owner of the gated repository.</summary>
    public string Author { get; private set; } = "";

    /// <summary>4 KB of the gated repository, by a person who was granted access.</summary>
    public WarmDownload Download { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await HubServer.StartAsync(new Dictionary<string, string>
        {
            ["Accounts__AttemptsPerAddress"] = "100000",
            ["GitHttp__Sessions"] = "8",
            ["Limits__ProposalBytes"] = $"{ProposalBytes}",
            ["Limits__Proposals"] = $"{Proposals}",
        });
        string[] tokens = await Task.WhenAll(
            Server.AddPersonAsync("author", "write"), Server.AddPersonAsync("mallory", "write"), Server.AddPersonAsync("dana"),
            Server.AddPersonAsync("trudy", "write"));
        (Author, Attacker, SecondAttacker) = (tokens[0], tokens[1], tokens[3]);
        using var content = new TemporaryFolder();
        await File.WriteAllTextAsync(content.File("README.md"), "---\ngated: manual\n---\n");
        await File.WriteAllBytesAsync(content.File("small.dat"), new byte[FileSize]);
        await Server.AddRepositoryAsync("model", Gated, content.Location);
        await PostAsync(Author, $"/api/models/{Gated}/user-access-request/grant", new { user = "dana" });
        await PostAsync(Attacker, "/api/repos/create", new { name = "box" });
        await PostAsync(SecondAttacker, "/api/repos/create", new { name = "box" });
        await PostAsync(Author, "/api/repos/create", new { name = "open" });
        await CommitAsync(Author, Open, "main", "README.md", "# Open\n");
        Download = new WarmDownload(Server.Address, $"/{Gated}/resolve/main/small.dat", tokens[2]);
    }

    private string DataDirectory => Path.Combine(Server.Folder, "data");

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    public async Task PostAsync<T>(string token, string path, T body)
    {
        using var client = Server.As(token);
        using var response = await client.PostAsJsonAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Commits one file over the API.</summary>
    public async Task CommitAsync(string token, string repository, string revision, string path, string content)
    {
        using var client = Server.As(token);
        using var body = new ByteArrayContent(CommitLines(path, content));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await client.PostAsync($"/api/models/{repository}/commit/{Uri.EscapeDataString(revision)}", body);
        Assert.True(response.IsSuccessStatusCode, $"{repository}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>The body of a commit of one file.</summary>
    public static byte[] CommitLines(string path, string content) =>
    [
        .. JsonSerializer.SerializeToUtf8Bytes(new { key = "header", value = new { summary = "change" } }), (byte)'\n',
        .. JsonSerializer.SerializeToUtf8Bytes(new { key = "file", value = new { path, encoding = "utf-8", content } }), (byte)'\n',
    ];

    public SqliteConnection OpenDatabase()
    {
        var database = new SqliteConnection($"Data Source={Path.Combine(DataDirectory, "repohost.db")};Pooling=False");
        database.Open();
        return database;
    }

    /// <summary>Makes a repository of the author's whose content does not come in by the server's doors, which refuse such content.</summary>
    /// <param name="import">What <c>git fast-import</c> reads.</param>
    /// <returns>The folder of the bare repository.</returns>
    public async Task<string> ImportAsync(string name, string import)
    {
        await PostAsync(Author, "/api/repos/create", new { name });
        using var database = OpenDatabase();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT Id FROM Repositories WHERE NameKey = 'author/' || $name";
        command.Parameters.AddWithValue("$name", name);
        var id = (string)command.ExecuteScalar()!;
        var folder = Path.Combine(DataDirectory, "repositories", id[..2], $"{id}.git");
        var done = await ChildProgram.RunAsync("git", [$"--git-dir={folder}", "fast-import", "--quiet", "--force"], input: import);
        Assert.True(done.ExitCode == 0, done.ToString());
        return folder;
    }
}

/// <summary>Nothing else runs beside these: they measure time.</summary>
[CollectionDefinition(LoadWorld.Collection, DisableParallelization = true)]
public sealed class LoadCollection : ICollectionFixture<LoadWorld>;
