using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>An owner, an organization with an administrator and a writer, and a stranger; each test makes its own repositories.</summary>
public sealed class GitWorld : HubApplication
{
    private int made;

    internal TestPerson Owner { get; private set; } = null!;
    internal TestPerson Writer { get; private set; } = null!;
    internal TestPerson Stranger { get; private set; } = null!;

    protected override async Task FillAsync()
    {
        Owner = await AddPersonAsync("owner", TokenRole.Write);
        Writer = await AddPersonAsync("writer", TokenRole.Write);
        Stranger = await AddPersonAsync("stranger", TokenRole.Write);
        var organizations = Services.GetRequiredService<Organizations>();
        await organizations.AddAsync("team", "Team", "owner", CancellationToken.None);
        await organizations.SetMemberAsync("team", "writer", OrganizationRole.Write, CancellationToken.None);
    }

    /// <summary>A model of the organization's with one commit.</summary>
    internal async Task<RepositoryRecord> NewAsync(string card = "# Tiny\n", bool isPrivate = false) => await AddRepositoryAsync(
        RepositoryType.Model, $"team/r{Interlocked.Increment(ref made)}", new Dictionary<string, string> { ["README.md"] = card, ["config.json"] = "{}" }, isPrivate);

    internal string Url(RepositoryRecord record) => $"{Address.ToString().TrimEnd('/')}/{record.FullName}";

    internal string FolderOf(RepositoryRecord record) => Services.GetRequiredService<GitRepositories>().PathOf(record.Id);

    /// <summary>Uploads an LFS object as git-lfs does, so that the repository has it, and gives back its pointer.</summary>
    internal async Task<string> GiveObjectAsync(RepositoryRecord record, byte[] content)
    {
        var oid = LfsWorld.Sha(content);
        using var client = Client(Owner.Token);
        using var body = new StringContent(LfsWorld.Body("upload", (oid, content.Length)), new MediaTypeHeaderValue("application/vnd.git-lfs+json"));
        using var batch = await client.PostAsync($"{Url(record)}.git/info/lfs/objects/batch", body);
        var answer = JsonNode.Parse(await batch.Content.ReadAsStringAsync())!;
        using var put = await Client().PutAsync((string)answer["objects"]![0]!["actions"]!["upload"]!["href"]!, new ByteArrayContent(content));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        return $"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {content.Length}\n";
    }

    /// <summary>Clones as this person into <c>work</c>.</summary>
    internal GitClient Clone(RepositoryRecord record, string? token)
    {
        var git = new GitClient(token);
        git.Must("clone", "-q", Url(record), "work");
        return git;
    }
}
