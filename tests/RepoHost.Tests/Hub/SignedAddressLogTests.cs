using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RepoHost.Data;
using RepoHost.Tests.Accounts;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>A signed address is a credential, and the log of a server as it is shipped does not keep it (threat row 29).</summary>
public sealed partial class SignedAddressLogTests(SignedAddressLogTests.World world) : IClassFixture<SignedAddressLogTests.World>
{
    [Fact]
    public async Task What_fails_is_logged_without_the_secret_part_of_its_address()
    {
        var oid = world.Sha("weights\n");
        var down = world.Signed(RepoHost.Accounts.LinkOperation.Download, oid, 8);
        using (var good = await world.Client().GetAsync(down))
            Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        using (var junk = await world.Client().GetAsync(down[..^3] + "xyz"))
            Assert.Equal(HttpStatusCode.Forbidden, junk.StatusCode);
        File.WriteAllText(Path.Combine(world.DataDirectory, "lfs", oid[..2], oid[2..4], oid), "");
        world.Services.GetRequiredService<RepoHost.Storage.FileHandleCache>().Forget(Path.Combine(world.DataDirectory, "lfs", oid[..2], oid[2..4], oid));
        using (var lost = await world.Client().GetAsync(down))
            Assert.Equal(HttpStatusCode.InternalServerError, lost.StatusCode);

        var said = world.Logs.Text;
        Assert.Contains($"/owner/repo.git/info/lfs/objects/{oid}/…", said, StringComparison.Ordinal);
        Assert.DoesNotContain(down[(down.LastIndexOf('/') + 1)..][..40], said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_fault_of_ours()
    {
        var content = new byte[800_000];
        var up = world.Signed(RepoHost.Accounts.LinkOperation.Upload, LfsWorld.Sha(content), content.Length);
        var incoming = Path.Combine(world.DataDirectory, "lfs", ".incoming");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        for (var reset = 0; reset < 2; reset++)
        {
            var before = Connections("started");
            using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
            {
                await socket.ConnectAsync(world.Address.Host, world.Address.Port);
                await socket.SendAsync(Encoding.ASCII.GetBytes($"PUT {up} HTTP/1.1\r\nHost: {world.Address.Authority}\r\nContent-Length: {content.Length}\r\n\r\n"));
                await socket.SendAsync(content.AsMemory(0, 700_000));
                while (!Directory.EnumerateFiles(incoming).Any())
                    await Task.Delay(5, patience.Token);
                // Without a word, as a machine does that loses its power; or in order.
                socket.LingerState = new LingerOption(reset == 1, 0);
            }

            // Kestrel says so once the request is through the whole pipeline: what there was to be logged of it stands before that line.
            var connection = Assert.Single(Connections("started").Except(before));
            while (!Connections("stopped").Contains(connection))
                await Task.Delay(5, patience.Token);
            Assert.Empty(Directory.EnumerateFiles(incoming));
        }

        Assert.DoesNotContain($"{LfsWorld.Sha(content)}", world.Logs.Text, StringComparison.Ordinal);
    }

    private HashSet<string> Connections(string what) =>
        [.. ConnectionLine().Matches(world.Logs.Text).Where(line => line.Groups["what"].Value == what).Select(line => line.Groups["id"].Value)];

    [GeneratedRegex("Connection id \"(?<id>\\w+)\" (?<what>started|stopped)")]
    private static partial Regex ConnectionLine();

    public sealed class World : HubApplication
    {
        private string? _repository;
        private TestPerson _owner = null!;
        private string _token = "";

        internal CapturedLogs Logs { get; } = new();

        protected override IEnumerable<string> Settings =>
            ["--Logging:LogLevel:Default=Information", "--Logging:LogLevel:Microsoft.AspNetCore=Warning", "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=None",
             "--Logging:LogLevel:Microsoft.EntityFrameworkCore=Warning", "--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.Connections=Debug", "--Logging:Console:LogLevel:Default=None"];

        internal string Sha(string text) => LfsWorld.Sha(Encoding.UTF8.GetBytes(text));

        internal string Signed(RepoHost.Accounts.LinkOperation operation, string oid, long size) => $"/owner/repo.git/info/lfs/objects/{oid}/" +
            Services.GetRequiredService<RepoHost.Accounts.SignedLinks>().Write(new()
            {
                Operation = operation,
                RepositoryId = _repository!,
                Object = new(RepoHost.Lfs.LfsOid.Parse(oid), size),
                UserId = _owner.Id,
                TokenId = _token,
                ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(5),
            });

        protected override async Task FillAsync()
        {
            Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
            _owner = await AddPersonAsync("owner", TokenRole.Write);
            var user = (await Services.GetRequiredService<RepoHost.Accounts.UserAccounts>().FindAsync("owner", CancellationToken.None))!;
            _token = (await Services.GetRequiredService<RepoHost.Accounts.TokenIssuer>().IssueAsync(user, "links", TokenRole.Write, null, CancellationToken.None)).Id;
            _repository = (await AddRepositoryAsync(RepositoryType.Model, "owner/repo", new Dictionary<string, string>
            {
                [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n",
                ["model.bin"] = "weights\n",
            })).Id;
        }
    }
}
