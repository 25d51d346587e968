using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>The lines around a pack, as gitprotocol-pack writes them, also from clients that understand little or send nonsense.</summary>
public sealed class PushProtocolTests(GitWorld world) : IClassFixture<GitWorld>
{
    private const string Zero = "0000000000000000000000000000000000000000";

    [Fact]
    public async Task A_client_without_side_bands_gets_the_bare_report()
    {
        var record = await world.NewAsync();
        var tip = Tip(record);
        TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "branch", "old", tip]);
        var (status, answer) = await PushAsync(record, Line($"{tip} {Zero} refs/heads/old\0report-status delete-refs") + "0000");
        Assert.Equal((HttpStatusCode.OK, "000eunpack ok\n0016ok refs/heads/old\n0000"), (status, answer));
    }

    [Fact]
    public async Task A_client_that_wants_no_report_gets_none()
    {
        var record = await world.NewAsync();
        var (status, answer) = await PushAsync(record, Line($"{Tip(record)} {Zero} refs/heads/main\0delete-refs") + "0000");
        Assert.Equal((HttpStatusCode.OK, ""), (status, answer));
        Assert.NotEmpty(Tip(record));
    }

    [Fact]
    public async Task The_probe_before_a_large_push_is_answered_with_nothing()
    {
        var (status, answer) = await PushAsync(await world.NewAsync(), "0000");
        Assert.Equal((HttpStatusCode.OK, ""), (status, answer));
    }

    [Fact]
    public async Task A_ref_that_is_not_where_the_client_thinks_is_left_alone_and_so_are_the_others_of_the_push()
    {
        var record = await world.NewAsync();
        var tip = Tip(record);
        var wrong = new string('1', 40);
        foreach (var command in (string[])[$"{wrong} {Zero} refs/heads/gone", $"{wrong} {tip} refs/heads/main"])
        {
            var commands = Line($"{command}\0report-status") + Line($"{Zero} {tip} refs/heads/also") + "0000";
            var (_, answer) = await PushAsync(record, commands, EmptyPack());
            Assert.Contains("unpack ok", answer, StringComparison.Ordinal);
            Assert.Contains("somebody else was faster: fetch first", answer, StringComparison.Ordinal);
            Assert.Equal("refs/heads/main", TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "for-each-ref", "--format=%(refname)"]).Trim());
        }
    }

    [Fact]
    public async Task A_branch_beside_a_folder_of_its_name_is_refused_with_the_reason()
    {
        var record = await world.NewAsync();
        var tip = Tip(record);
        var (_, answer) = await PushAsync(record, Line($"{Zero} {tip} refs/heads/main/sub\0report-status side-band-64k") + "0000", EmptyPack());
        Assert.Contains("stands in the way", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zzzz")]
    [InlineData("0003")]
    [InlineData("00")]
    [InlineData("ffff0000")]
    [InlineData("0010nonsense---")]
    public async Task Nonsense_is_400_with_a_sentence(string body)
    {
        var (status, answer) = await PushAsync(await world.NewAsync(), body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEmpty(answer);
    }

    [Theory]
    [InlineData("refs/heads/a..b")]
    [InlineData("refs/heads/-x")]
    [InlineData("refs/heads/x.lock")]
    [InlineData("refs/heads/a b")]
    [InlineData("refs/heads/a:b")]
    [InlineData("refs/heads/a@{1}")]
    [InlineData("refs/heads/\u0001")]
    [InlineData("refs/heads/x\ndelete refs/heads/main")]
    [InlineData("../../x")]
    [InlineData("HEAD")]
    [InlineData("--upload-pack=x")]
    [InlineData("refs/heads/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Names_that_are_no_refs_never_reach_git(string name)
    {
        var record = await world.NewAsync();
        var (_, answer) = await PushAsync(record, Line($"{Zero} {Tip(record)} {name}\0report-status") + "0000", EmptyPack());
        Assert.Contains("ng ", answer, StringComparison.Ordinal);
        Assert.Equal("refs/heads/main", TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "for-each-ref", "--format=%(refname)"]).Trim());
    }

    [Fact]
    public async Task A_pack_that_is_broken_or_short_or_lacks_objects_changes_nothing()
    {
        var record = await world.NewAsync();
        var unknown = new string('2', 40);
        foreach (var (pack, said) in new[] { (Encoding.ASCII.GetBytes("PACKnonsense"), "The pack was refused"), (EmptyPack()[..20], "The pack was refused"), (EmptyPack(), "is not complete") })
        {
            var (_, answer) = await PushAsync(record, Line($"{Zero} {unknown} refs/heads/new\0report-status side-band-64k") + "0000", pack);
            Assert.True(answer.Contains(said, StringComparison.Ordinal) || answer.Contains("must point at a commit", StringComparison.Ordinal), answer);
            Assert.Contains("ng refs/heads/new", answer, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(world.FolderOf(record), "quarantine")));
    }

    [Fact]
    public async Task When_the_client_leaves_before_its_pack_is_whole_nothing_was_begun_and_nothing_stays()
    {
        var record = await world.NewAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(world.Address.Host, world.Address.Port);
            var authorization = Convert.ToBase64String(Encoding.ASCII.GetBytes($"user:{world.Owner.Token}"));
            var commands = Line($"{Zero} {new string('2', 40)} refs/heads/new\0report-status side-band-64k") + "0000PACK";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /{record.FullName}/git-receive-pack HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {authorization}\r\nContent-Type: application/x-git-receive-pack-request\r\nContent-Length: 100000\r\n\r\n{commands}"));
            await UntilAsync(() => Spool.Held.Transfers == 1);
            Assert.Equal(0, Children(record));
        }

        await UntilAsync(() => Spool.Held.Transfers == 0);
        Assert.False(Directory.Exists(Path.Combine(world.FolderOf(record), "quarantine")));
    }

    private TransferSpool Spool => world.Services.GetRequiredService<TransferSpool>();

    /// <summary>Git processes that work on this repository.</summary>
    private int Children(RepositoryRecord record) => Directory.EnumerateDirectories("/proc").Count(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(record.Id, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
            await Task.Delay(20, patience.Token);
    }

    private string Tip(RepositoryRecord record) => TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-parse", "main"]).Trim();

    private static string Line(string text) => (Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", CultureInfo.InvariantCulture) + text;

    private static byte[] EmptyPack() => [.. "PACK"u8, 0, 0, 0, 2, 0, 0, 0, 0, .. Convert.FromHexString("029d08823bd8a8eab510ad6ac75c823cfd3ed31e")];

    private async Task<(HttpStatusCode Status, string Answer)> PushAsync(RepositoryRecord record, string commands, byte[]? pack = null)
    {
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(commands), .. pack ?? []]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
        using var response = await world.Client(world.Owner.Token).PostAsync($"/{record.FullName}/git-receive-pack", content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

/// <summary>Limits, with a server that has small ones.</summary>
public sealed class GitLimitTests(GitLimitTests.SmallWorld world) : IClassFixture<GitLimitTests.SmallWorld>
{
    [Fact]
    public async Task A_pack_over_the_limit_is_refused_with_the_limit()
    {
        using var git = new GitClient(world.Owner.Token);
        var record = await world.AddRepositoryAsync(RepoHost.Data.RepositoryType.Model, "owner/packs", new Dictionary<string, string> { ["README.md"] = "# x\n" });
        git.Must("clone", "-q", $"{world.Address.ToString().TrimEnd('/')}/{record.FullName}", "work");
        for (var i = 0; i < 5; i++)
            git.Write($"work/{i}.dat", System.Security.Cryptography.RandomNumberGenerator.GetBytes(900_000));
        git.Commit("work");
        var answer = git.TryIn("work", "push", "origin", "main");
        Assert.False(answer.Succeeded);
        Assert.Contains("larger than the 2 MB that one push may bring", answer.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_all_places_are_taken_the_next_is_told_to_come_back()
    {
        var record = await world.AddRepositoryAsync(RepoHost.Data.RepositoryType.Model, "owner/busy", new Dictionary<string, string> { ["README.md"] = "# x\n" });
        var (taken, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        var other = world.Services.GetRequiredService<GitSessions>().TryRunAsync(
            GitSessionKind.Write, "somebody else",
            _ =>
            {
                taken.SetResult();
                return held.Task;
            },
            CancellationToken.None);
        await taken.Task;
        try
        {
            using var refused = await CommitAsync(record);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("busy with other transfers", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

            // What git asks before a large push needs no place, and fetches have places of their own.
            using var probe = await ProbeAsync(record);
            Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
            using var fetch = await world.Client().GetAsync($"/{record.FullName}/info/refs?service=git-upload-pack");
            Assert.Equal(HttpStatusCode.OK, fetch.StatusCode);
        }
        finally
        {
            held.SetResult();
        }

        Assert.True(await other);
        using var after = await CommitAsync(record);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private Task<HttpResponseMessage> CommitAsync(RepositoryRecord record) => world.Client(world.Owner.Token).PostAsync(
        $"/api/models/{record.FullName}/commit/main",
        new StringContent("{\"key\":\"header\",\"value\":{\"summary\":\"s\"}}\n{\"key\":\"file\",\"value\":{\"path\":\"a\",\"encoding\":\"utf-8\",\"content\":\"x\"}}\n"));

    /// <summary>What git sends before a large push.</summary>
    private Task<HttpResponseMessage> ProbeAsync(RepositoryRecord record)
    {
        var probe = new ByteArrayContent("0000"u8.ToArray());
        probe.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
        return world.Client(world.Owner.Token).PostAsync($"/{record.FullName}/git-receive-pack", probe);
    }

    public sealed class SmallWorld : HubApplication
    {
        internal TestPerson Owner { get; private set; } = null!;

        protected override IEnumerable<string> Settings => ["--GitHttp:Sessions=1", "--GitHttp:QueueSeconds=1", "--Pushes:LargestFileBytes=1000000", "--Pushes:LargestPackBytes=2000000"];

        protected override async Task FillAsync() => Owner = await AddPersonAsync("owner", RepoHost.Data.TokenRole.Write);
    }
}
