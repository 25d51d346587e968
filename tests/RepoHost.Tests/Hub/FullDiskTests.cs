using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Tests.Hosting;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// Making a branch on a full disk was a 500, because git's words for a ref that it can't write don't name the reason, and a folder of the attempt stayed. Every write says 507,
/// leaves nothing, and works when there is room again.
/// </summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private World world = null!;

    public async ValueTask InitializeAsync() => await (world = new World()).InitializeAsync();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Theory]
    [InlineData("POST", "branch/new", "{}", "DELETE", "branch/new")]
    [InlineData("POST", "branch/empty", """{"emptyBranch":true}""", "DELETE", "branch/empty")]
    [InlineData("POST", "tag/main", """{"tag":"light"}""", "DELETE", "tag/light")]
    [InlineData("POST", "tag/main", """{"tag":"heavy","message":"m"}""", "DELETE", "tag/heavy")]
    [InlineData("POST", "super-squash/main", """{"message":"m"}""", null, null)]
    [InlineData("POST", "commit/main", "{\"key\":\"header\",\"value\":{\"summary\":\"s\"}}\n{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"eA==\",\"encoding\":\"base64\"}}\n", null, null)]
    public async Task A_write_on_a_full_disk_is_507_and_leaves_nothing(string method, string route, string body, string? undo, string? undoRoute)
    {
        var (before, there) = (world.Refs(), world.Left());
        using (world.Disk.Fill())
        {
            using var refused = await SendAsync(method, route, body);
            Assert.True((int)refused.StatusCode == 507, $"{refused.StatusCode} {await refused.Content.ReadAsStringAsync()}");
            Assert.Equal(DiskFull.Sentence, refused.Headers.GetValues("X-Error-Message").Single());
            Assert.Equal(before, world.Refs());
            Assert.Equal(there, world.Left());
        }

        using var done = await SendAsync(method, route, body);
        Assert.True(done.IsSuccessStatusCode, $"{done.StatusCode} {await done.Content.ReadAsStringAsync()}");
        Assert.Equal(there, world.Left());
        if (undo is not null)
        {
            // Deleting needs room too, for git's lock.
            using (world.Disk.Fill())
            {
                using var full = await SendAsync(undo, undoRoute!, "");
                Assert.True((int)full.StatusCode is 507 or 200, $"{full.StatusCode}");
            }

            using var undone = await SendAsync(undo, undoRoute!, "");
            Assert.True(undone.IsSuccessStatusCode || undone.StatusCode == HttpStatusCode.NotFound);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string route, string body)
    {
        using var client = world.Client(world.Owner.Token);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/models/{world.Hub.FullName}/{route}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public sealed class World : HubApplication
    {
        internal SmallDisk Disk { get; private set; } = null!;
        internal TestPerson Owner { get; private set; } = null!;
        internal RepositoryRecord Hub { get; private set; } = null!;

        public override async ValueTask InitializeAsync()
        {
            Disk = SmallDisk.Mount(Path.Combine(DataDirectory, "repositories"), "16m");
            await base.InitializeAsync();
        }

        protected override async Task FillAsync()
        {
            Owner = await AddPersonAsync("owner", TokenRole.Write);
            Hub = await AddRepositoryAsync(RepositoryType.Model, "owner/full", new Dictionary<string, string> { ["README.md"] = "# Full\n" });
        }

        internal string[] Refs() => [.. Repository.AllRefs().Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal)];

        /// <summary>What attempts may leave in the repository's folder; the lock of the repository itself stays always.</summary>
        internal string[] Left() =>
        [
            .. Directory.EnumerateFileSystemEntries(Repository.Folder, "room-*").Concat(Directory.EnumerateFileSystemEntries(Repository.Folder, "*.lock", SearchOption.AllDirectories)),
            .. Path.Combine(Repository.Folder, "quarantine") is var folder && Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder) : [],
        ];

        public override async ValueTask DisposeAsync()
        {
            Disk?.Dispose();
            await base.DisposeAsync();
            GC.SuppressFinalize(this);
        }

        private GitRepository Repository => Services.GetRequiredService<GitRepositories>().Open(Hub.Id);
    }
}
