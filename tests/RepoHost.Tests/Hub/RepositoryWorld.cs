using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>A person of every standing to the organization acme, each with a write token, and a name of its own for every test.</summary>
public sealed class RepositoryWorld : HubApplication
{
    private int _names;

    /// <summary>Tokens by who holds them.</summary>
    internal Dictionary<string, string?> Tokens { get; } = new() { ["nobody"] = null };

    internal Dictionary<string, TestPerson> People { get; } = [];

    protected override async Task FillAsync()
    {
        foreach (var name in (string[])["boss", "writer", "contributor", "reader", "stranger", "owner"])
        {
            People[name] = await AddPersonAsync(name, TokenRole.Write);
            Tokens[name] = People[name].Token;
        }

        var organizations = Services.GetRequiredService<Organizations>();
        await organizations.AddAsync("acme", "Acme", "boss", CancellationToken.None);
        await organizations.SetMemberAsync("acme", "writer", OrganizationRole.Write, CancellationToken.None);
        await organizations.SetMemberAsync("acme", "contributor", OrganizationRole.Contributor, CancellationToken.None);
        await organizations.SetMemberAsync("acme", "reader", OrganizationRole.Read, CancellationToken.None);
        var boss = (await Services.GetRequiredService<UserAccounts>().FindAsync("boss", CancellationToken.None))!;
        Tokens["boss with a read token"] = await AddTokenAsync(boss, TokenRole.Read);
    }

    internal string NewName() => $"r{Interlocked.Increment(ref _names)}";

    internal async Task<RepositoryRecord> AddAsync(string owner = "acme", string? card = null, bool isPrivate = false) =>
        await AddRepositoryAsync(RepositoryType.Model, $"{owner}/{NewName()}", new Dictionary<string, string> { ["README.md"] = card ?? "# Plain\n", ["config.json"] = "{}\n" }, isPrivate);

    internal async Task<RepositoryRecord?> FindAsync(string id, RepositoryType type = RepositoryType.Model) =>
        await Services.GetRequiredService<RepositoryCatalog>().FindAsync(type, id.Split('/')[0], id.Split('/')[1], CancellationToken.None);

    internal string FolderOf(string repositoryId) => Services.GetRequiredService<GitRepositories>().PathOf(repositoryId);

    /// <summary>The real git on the server's own bare repository.</summary>
    internal string Git(RepositoryRecord record, params string[] arguments) => TestRepository.RunGit(["--git-dir=" + FolderOf(record.Id), .. arguments]);

    internal void IsSound(RepositoryRecord record) => Git(record, "fsck", "--strict", "--no-dangling");

    /// <param name="body">Raw text; null sends none.</param>
    internal async Task<Answer> SendAsync(string method, string url, string? body, string? token, string type = "application/json")
    {
        using var client = Client(token);
        using var request = new HttpRequestMessage(new(method), url);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        using var response = await client.SendAsync(request);
        return new(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.Single() : null,
            response.Headers.Location?.OriginalString,
            response.Content.Headers.ContentType?.ToString());
    }

    internal Task<Answer> PostAsync(string url, object body, string? by) => SendAsync("POST", url, System.Text.Json.JsonSerializer.Serialize(body), Tokens[by ?? "nobody"]);
}

internal sealed record Answer(HttpStatusCode Status, string Text, string? Code, string? Location, string? Type)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string Error => (string)Json["error"]!;

    /// <summary>Says the answer itself when it is another one.</summary>
    public Answer Is(int status)
    {
        Assert.True((int)Status == status, $"expected {status}, got {(int)Status}: {Text}");
        return this;
    }
}
