using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>
/// Two accounts that sent a few bytes a second to many pushes and commits once held every place, and everybody else got 503. Now a body takes a place when it is whole, and
/// whoever reads slowly gives the place up when others wait.
/// </summary>
public sealed class FairTransferTests(FairTransferTests.FewPlaces world) : IClassFixture<FairTransferTests.FewPlaces>
{
    private const string Zero = "0000000000000000000000000000000000000000";

    [Fact]
    public async Task While_two_accounts_send_slowly_another_pushes_commits_clones_and_fetches()
    {
        var record = await world.NewAsync("shared");
        var sockets = new List<TcpClient>();
        using var done = new CancellationTokenSource();
        try
        {
            foreach (var attacker in new[] { await world.AddPersonAsync("slow1", TokenRole.Write), await world.AddPersonAsync("slow2", TokenRole.Write) })
            {
                var target = await world.AddRepositoryAsync(RepositoryType.Model, $"{attacker.Name}/own", new Dictionary<string, string> { ["README.md"] = "# Own\n" });
                for (var i = 0; i < 6; i++)
                {
                    sockets.Add(await BeginAsync(
                        attacker, $"/{target.FullName}/git-receive-pack", "application/x-git-receive-pack-request", $"{Line($"{Zero} {new string('2', 40)} refs/heads/b{i}\0report-status")}0000PACK"));
                    sockets.Add(await BeginAsync(
                        attacker, $"/api/models/{target.FullName}/commit/main", "application/x-ndjson", "{\"key\":\"header\",\"value\":{\"summary\":\"s\",\"description\":\"\"}}\n"));
                    sockets.Add(await BeginAsync(attacker, $"/{target.FullName}/git-upload-pack", "application/x-git-upload-pack-request", "0014command=ls-refs\n"));
                }
            }

            await world.UntilReceivingAsync(sockets.Count);
            var trickle = TrickleAsync(sockets, done.Token);
            Assert.Equal((0, 0), world.Sessions.Count(GitSessionKind.Write));

            using var git = new GitClient(world.Owner.Token);
            var url = $"{world.Address.ToString().TrimEnd('/')}/{record.FullName}";
            git.Must("clone", "-q", url, "work");
            git.Write("work/new.txt", "new\n");
            git.Commit("work");
            git.In("work", "push", "-q", "origin", "main");
            using var commit = await world.Client(world.Owner.Token).PostAsync(
                $"/api/models/{record.FullName}/commit/main",
                new StringContent("{\"key\":\"header\",\"value\":{\"summary\":\"s\"}}\n{\"key\":\"file\",\"value\":{\"path\":\"api.txt\",\"encoding\":\"utf-8\",\"content\":\"x\"}}\n"));
            Assert.Equal(HttpStatusCode.OK, commit.StatusCode);
            git.In("work", "pull", "-q", "origin", "main");
            Assert.True(File.Exists(git.File("work/api.txt")));
            Assert.Equal(sockets.Count, world.Spool.Held.Transfers);
            await done.CancelAsync();
            await trickle;
        }
        finally
        {
            await done.CancelAsync();
            sockets.ForEach(socket => socket.Dispose());
        }

        await world.UntilReceivingAsync(0);
        Assert.Equal(0, world.Spool.Held.Bytes);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(world.DataDirectory, "incoming")));
    }

    [Fact]
    public async Task Who_reads_slowly_gives_the_place_up_when_somebody_waits_and_still_gets_everything()
    {
        var record = await world.NewAsync("large");
        await FillAsync(record, 30_000_000);
        using var slow = await AskForAllAsync(record);
        var (answer, read) = (slow.GetStream(), new MemoryStream());
        var start = new byte[1000];
        read.Write(start, 0, await answer.ReadAsync(start));

        // Nobody waits: however long it takes, the place stays.
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, world.Sessions.Count(GitSessionKind.Fetch).Taken);

        var clone = Task.Run(() =>
        {
            // By somebody else: one's own transfers are waited for, whatever their pace.
            using var git = new GitClient(null);
            return git.Run("clone", "-q", $"{world.Address.ToString().TrimEnd('/')}/{record.FullName}", "work");
        });
        await SlowWorld.UntilAsync(() => world.Sessions.Count(GitSessionKind.Fetch).Waiting > 0);
        while (!clone.IsCompleted && world.Spool.Held.Bytes == 0)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(clone, Task.Delay(100));
        }

        Assert.True((await clone).Succeeded, (await clone).Said);
        Assert.True(world.Spool.Held.Bytes > 1_000_000, "the rest of the slow answer is not kept");
        await SlowWorld.UntilGoneAsync(record);
        Assert.Equal(0, world.Sessions.Count(GitSessionKind.Fetch).Taken);

        await answer.CopyToAsync(read);
        var got = read.ToArray();
        Assert.True(got.AsSpan().EndsWith("\r\n0\r\n\r\n"u8), "the answer is not whole");
        Assert.InRange(got.Length, 30_000_000, 32_000_000);
        await world.UntilReceivingAsync(0);
    }

    [Fact]
    public async Task A_slow_reader_who_leaves_after_giving_the_place_up_leaves_nothing_behind()
    {
        var record = await world.NewAsync("left");
        await FillAsync(record, 30_000_000);
        using (await AskForAllAsync(record))
        {
            using var next = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            var waiting = world.Sessions.TryRunAsync(GitSessionKind.Fetch, "next", _ => Task.CompletedTask, next.Token);
            while (!waiting.IsCompleted && world.Spool.Held.Bytes == 0)
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
                await Task.WhenAny(waiting, Task.Delay(100));
            }

            Assert.True(await waiting);
        }

        await world.UntilReceivingAsync(0);
        Assert.Equal(0, world.Spool.Held.Bytes);
    }

    [Fact]
    public async Task A_form_with_files_counts_among_the_transfers_of_its_sender()
    {
        var record = await world.NewAsync("form");
        var cookie = await world.SignInAsync("owner");
        await using (var others = world.Spool.TryOpen(world.Owner.Id)!)
        {
            others.Reserve(world.Spool.LargestBody);
            using var refused = await PostFormAsync(record, cookie);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        // There is room now, so what is wrong with it is heard: it was sent by no page of this site.
        using var forged = await PostFormAsync(record, cookie);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        await world.UntilReceivingAsync(0);
        Assert.Equal(0, world.Spool.Held.Bytes);
    }

    private async Task<HttpResponseMessage> PostFormAsync(RepositoryRecord record, string cookie)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[200_000]), "files", "a.bin" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{record.FullName}/upload/main") { Content = form };
        request.Headers.Add("Cookie", cookie);
        return await world.Client().SendAsync(request);
    }

    private async Task FillAsync(RepositoryRecord record, int bytes)
    {
        using var author = new GitClient(null);
        author.Must("clone", "-q", world.FolderOf(record), "work");
        for (var i = 0; i < 4; i++)
            author.Write($"work/{i}.dat", RandomNumberGenerator.GetBytes(bytes / 4));
        author.Commit("work");
        author.In("work", "push", "-q", "origin", "main");
    }

    /// <summary>A fetch of everything, of whose answer nothing is read yet.</summary>
    private async Task<TcpClient> AskForAllAsync(RepositoryRecord record)
    {
        var socket = new TcpClient { ReceiveBufferSize = 16_384 };
        await socket.ConnectAsync(world.Address.Host, world.Address.Port);
        var request = Line($"want {TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-parse", "main"]).Trim()} side-band-64k\n") + "00000009done\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /{record.FullName}/git-upload-pack HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {world.Owner.Token}\r\nContent-Type: application/x-git-upload-pack-request\r\nContent-Length: {request.Length}\r\n\r\n{request}"));
        // More than what git says about its progress: the pack is coming.
        await SlowWorld.UntilAsync(() => socket.Available > 8_000);
        return socket;
    }

    /// <summary>A request whose body begins and never ends.</summary>
    private async Task<TcpClient> BeginAsync(TestPerson person, string path, string type, string beginning)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(world.Address.Host, world.Address.Port);
        var authorization = Convert.ToBase64String(Encoding.ASCII.GetBytes($"user:{person.Token}"));
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {authorization}\r\nContent-Type: {type}\r\nContent-Length: 20000000\r\n\r\n{beginning}"));
        return socket;
    }

    /// <summary>Some kilobytes a second on each: as slow as the server lets anybody be.</summary>
    private static async Task TrickleAsync(List<TcpClient> sockets, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var socket in sockets)
                await socket.GetStream().WriteAsync(new byte[4_000], CancellationToken.None);
            await Task.WhenAny(Task.Delay(500, cancellationToken));
        }
    }

    private static string Line(string text) => (Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", CultureInfo.InvariantCulture) + text;

    /// <summary>With one place for fetches, and one for pushes and commits.</summary>
    public sealed class FewPlaces : SlowWorld
    {
        protected override IEnumerable<string> Settings => ["--GitHttp:Sessions=1", "--GitHttp:QueueSeconds=600"];
    }
}
