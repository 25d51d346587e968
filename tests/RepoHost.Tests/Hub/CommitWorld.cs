using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>People who write, and a repository for each test that asks for one.</summary>
public class CommitWorld : HubApplication
{
    public const string Attributes = "*.bin filter=lfs diff=lfs merge=lfs -text\n";

    private int _repositories;

    internal TestPerson Owner { get; private set; } = null!;

    /// <summary>May write to what acme has, and not change its settings.</summary>
    internal TestPerson Contributor { get; private set; } = null!;

    internal TestPerson Reader { get; private set; } = null!;

    internal TestPerson Stranger { get; private set; } = null!;

    internal string OwnerReadToken { get; private set; } = "";

    protected override IEnumerable<string> Settings => ["--Gating:AllowRequestsByToken=true", "--Pushes:LargestFileBytes=1000000"];

    protected override async Task FillAsync()
    {
        Owner = await AddPersonAsync("owner", TokenRole.Write);
        Contributor = await AddPersonAsync("contributor", TokenRole.Write);
        Reader = await AddPersonAsync("reader", TokenRole.Write);
        Stranger = await AddPersonAsync("stranger", TokenRole.Write);
        OwnerReadToken = await AddTokenAsync((await Services.GetRequiredService<UserAccounts>().FindByIdAsync(Owner.Id, CancellationToken.None))!, TokenRole.Read);
        var organizations = Services.GetRequiredService<Organizations>();
        await organizations.AddAsync("acme", "Acme", "owner", CancellationToken.None);
        await organizations.SetMemberAsync("acme", "contributor", OrganizationRole.Write, CancellationToken.None);
    }

    internal async Task<TestHub> NewAsync(string card = "# A model\n", bool isPrivate = false)
    {
        var name = $"acme/model-{Interlocked.Increment(ref _repositories)}";
        var record = await AddRepositoryAsync(RepositoryType.Model, name, new Dictionary<string, string>
        {
            ["README.md"] = card,
            [".gitattributes"] = Attributes,
            ["config.json"] = "{}\n",
            ["sub/a.txt"] = "a\n",
            ["sub/deep/b.txt"] = "b\n",
        }, isPrivate);
        return new(this, name, record);
    }
}

/// <summary>One repository of the server, looked at from behind.</summary>
internal sealed record TestHub(CommitWorld World, string Id, RepositoryRecord Record)
{
    private GitRepositories Repositories => World.Services.GetRequiredService<GitRepositories>();

    public string Folder => Repositories.PathOf(Record.Id);

    public string Git(params string[] arguments) => TestRepository.RunGit(["--git-dir=" + Folder, .. arguments]);

    public string Tip(string revision = "main") => Git("rev-parse", revision);

    /// <summary>What git itself finds at a path; null if nothing.</summary>
    public string? Show(string path, string revision = "main")
    {
        try
        {
            return Git("show", $"{revision}:{path}");
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public string[] Files(string revision = "main") => Git("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "-z", revision).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    public LfsPointer? Pointer(string path, string revision = "main") =>
        Show(path, revision) is { } text && LfsPointer.TryParse(Encoding.UTF8.GetBytes(text + "\n"), out var pointer) ? pointer : null;

    /// <summary>As a client gets it: LFS objects with their bytes.</summary>
    public async Task<byte[]?> DownloadAsync(string path, string? token = null, string revision = "main")
    {
        using var client = World.Client(token ?? World.Owner.Token);
        using var response = await client.GetAsync($"/{Id}/resolve/{Uri.EscapeDataString(revision)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");
        return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync() : null;
    }

    /// <summary>Nothing that git's own check complains of, and nothing left behind by an upload.</summary>
    public void AssertSound()
    {
        Assert.Empty(Git("fsck", "--strict", "--no-dangling"));
        var quarantine = Path.Combine(Folder, "quarantine");
        Assert.True(!Directory.Exists(quarantine) || !Directory.EnumerateFileSystemEntries(quarantine).Any());
    }
}
