using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Commands;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>A server with little room: 2 MB for a person, 3 repositories, 200 kB for what a stranger proposes. Each test has people of its own.</summary>
public sealed class LimitsWorld : HubApplication
{
    private int _made;

    internal StorageLimits Limits => Services.GetRequiredService<StorageLimits>();

    protected override IEnumerable<string> Settings =>
    [
        "--Limits:UserBytes=2000000", "--Limits:UserRepositories=3", "--Limits:OrganizationBytes=1000000", "--Limits:OrganizationRepositories=5",
        "--Limits:ProposalBytes=200000", "--Limits:RepositoryProposalBytes=500000", "--Limits:Proposals=3",
        "--Lfs:MultipartBytes=1000000", "--Lfs:PartBytes=500000", "--Pushes:LargestFileBytes=5000000", "--Gating:AllowRequestsByToken=true",
    ];

    /// <summary>Bytes that nothing makes smaller.</summary>
    internal static byte[] Bytes(int count) => LfsWorld.Bytes(count);

    internal string NewName(string kind = "person") => $"{kind}{Interlocked.Increment(ref _made)}";

    internal Task<TestPerson> NewPersonAsync() => AddPersonAsync(NewName(), TokenRole.Write);

    /// <summary>A small model of this owner's, in which *.bin is LFS.</summary>
    internal Task<RepositoryRecord> NewRepositoryAsync(string owner) => AddRepositoryAsync(
        RepositoryType.Model, $"{owner}/{NewName("r")}", new Dictionary<string, string> { ["README.md"] = "# Small\n", [".gitattributes"] = CommitWorld.Attributes });

    internal async Task<string> NewOrganizationAsync(TestPerson admin)
    {
        var name = NewName("org");
        Assert.NotNull((await Services.GetRequiredService<Organizations>().AddAsync(name, name, admin.Name, CancellationToken.None)).Organization);
        return name;
    }

    internal async Task<CommitResponse> CommitAsync(RepositoryRecord record, TestPerson by, string path, byte[] content, string query = "", bool chunked = false) =>
        await new CommitRequest().File(path, content).SendAsync(this, by.Token, record.FullName, query: query, chunked: chunked);

    internal async Task<RepositorySize> SizeAsync(RepositoryRecord record) => (await Limits.OfRepositoryAsync(record.Id, CancellationToken.None))!;

    internal string FolderOf(RepositoryRecord record) => Services.GetRequiredService<GitRepositories>().PathOf(record.Id);

    internal async Task<RepoHostDb> OpenDatabaseAsync() => await Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();

    internal bool HasBlob(byte[] content) => LfsWorld.Sha(content) is var oid && File.Exists(Path.Combine(DataDirectory, "lfs", oid[..2], oid[2..4], oid));

    internal GitClient Clone(RepositoryRecord record, TestPerson by)
    {
        var git = new GitClient(by.Token);
        git.Must("clone", "-q", $"{Address.ToString().TrimEnd('/')}/{record.FullName}", "work");
        return git;
    }

    /// <summary>The objects of a batch's answer.</summary>
    internal async Task<JsonArray> BatchAsync(RepositoryRecord record, TestPerson by, string transfer, params byte[][] contents)
    {
        var body = JsonNode.Parse(LfsWorld.Body("upload", [.. contents.Select(c => (LfsWorld.Sha(c), (long)c.Length))]))!;
        body["transfers"] = new JsonArray(transfer);
        using var client = Client(by.Token);
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/vnd.git-lfs+json"));
        using var response = await client.PostAsync($"/{record.FullName}.git/info/lfs/objects/batch", content);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["objects"]!.AsArray();
    }

    internal async Task<(int Status, string Text)> PutAsync(string href, byte[] content)
    {
        using var client = Client();
        using var response = await client.PutAsync(href, new ByteArrayContent(content));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Runs a command on this server's data directory, as an operator does beside it; with the server's own limits.</summary>
    internal async Task<(int Status, string Output, string Errors)> RunAsync(string line)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var status = await CommandTree.RunAsync(
            [.. line.Split(' '), $"--data={DataDirectory}", .. Settings.Where(s => s.StartsWith("--Limits:", StringComparison.Ordinal))], Server.AddRooms, host => [RepositoryCommands.Build(host)], new StringReader(""),
            new InvocationConfiguration { Output = output, Error = errors });
        return (status, output.ToString().TrimEnd(), errors.ToString().TrimEnd());
    }
}
