using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using RepoHost.Accounts;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>Transfers that never end: <c>GitHttp:SessionMinutes</c> ends them, with their processes. While they last, one can see what those processes were given.</summary>
public sealed class SlowSessionTests(SlowWorld world) : IClassFixture<SlowWorld>
{
    private const string Zero = "0000000000000000000000000000000000000000";

    /// <summary>All that git is told; nothing of the server's or the operator's own.</summary>
    private static readonly string[] Told =
        ["PATH", "LC_ALL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_TERMINAL_PROMPT", "GIT_NO_REPLACE_OBJECTS", "GIT_ATTR_NOSYSTEM", "GIT_PROTOCOL", "GIT_ALLOC_LIMIT"];

    /// <summary>What git itself sets for the programs that it starts.</summary>
    private static readonly string[] GitsOwn = ["GIT_DIR", "GIT_EXEC_PATH", "GIT_PREFIX", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"];

    public static bool SeesProcesses => Directory.Exists("/proc/self");

    [Fact(SkipUnless = nameof(SeesProcesses), Skip = "There is no /proc here.")]
    public async Task A_push_that_never_ends_is_ended_after_the_time_that_it_may_take_and_holds_no_process_until_then()
    {
        var record = await world.NewAsync("push");
        using var socket = await BeginAsync(
            $"/{record.FullName}/git-receive-pack", "application/x-git-receive-pack-request", [.. Line($"{Zero} {new string('2', 40)} refs/heads/new\0report-status"), .. "0000PACK"u8]);
        await world.UntilReceivingAsync(1);
        world.Time.Advance(TimeSpan.FromMinutes(119));
        Assert.Equal(1, world.Spool.Held.Transfers);
        Assert.Empty(SlowWorld.Environments(record));

        world.Time.Advance(TimeSpan.FromMinutes(2));
        var answer = Encoding.UTF8.GetString(await ReadToEndAsync(socket.GetStream()));
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nThe transfer took longer than this server allows (GitHttp:SessionMinutes). Fetch or push in smaller parts.", answer, StringComparison.Ordinal);
        await world.UntilReceivingAsync(0);
        Assert.False(Directory.Exists(Path.Combine(world.FolderOf(record), "quarantine")));
        await IsFreeAgainAsync(record);
    }

    [Fact]
    public async Task A_commit_that_never_ends_is_ended_too()
    {
        var record = await world.NewAsync("committing");
        using var socket = await BeginAsync(
            $"/api/models/{record.FullName}/commit/main", "application/x-ndjson", Encoding.UTF8.GetBytes("{\"key\":\"header\",\"value\":{\"summary\":\"s\",\"description\":\"\"}}\n"));
        await world.UntilReceivingAsync(1);
        world.Time.Advance(TimeSpan.FromMinutes(121));
        var answer = Encoding.UTF8.GetString(await ReadToEndAsync(socket.GetStream()));
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("{\"error\":\"The transfer took longer than this server allows (GitHttp:SessionMinutes).", answer, StringComparison.Ordinal);
        await world.UntilReceivingAsync(0);
        await IsFreeAgainAsync(record);
    }

    [Fact(SkipUnless = nameof(SeesProcesses), Skip = "There is no /proc here.")]
    public async Task A_fetch_whose_client_reads_nothing_is_cut_off_and_cant_be_taken_for_a_whole_one()
    {
        var record = await world.NewAsync("fetch");
        using var author = new GitClient(null);
        author.Must("clone", "-q", world.FolderOf(record), "work");
        for (var i = 0; i < 6; i++)
            author.Write($"work/{i}.dat", RandomNumberGenerator.GetBytes(9_000_000));
        author.Commit("work");
        author.In("work", "push", "-q", "origin", "main");

        using var socket = new TcpClient();
        await socket.ConnectAsync(world.Address.Host, world.Address.Port);
        var request = Encoding.ASCII.GetString(Line($"want {TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-parse", "main"]).Trim()} side-band-64k\n")) + "00000009done\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /{record.FullName}/git-upload-pack HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-git-upload-pack-request\r\nContent-Length: {request.Length}\r\n\r\n{request}"));
        AssertTold(await SlowWorld.UntilRunningAsync(record));
        world.Time.Advance(TimeSpan.FromMinutes(121));
        await SlowWorld.UntilGoneAsync(record);
        var got = await ReadToEndAsync(socket.GetStream());
        Assert.StartsWith("HTTP/1.1 200 OK", Encoding.Latin1.GetString(got, 0, 15), StringComparison.Ordinal);
        Assert.InRange(got.Length, 1_000, 50_000_000);
        Assert.False(got.AsSpan().EndsWith("\r\n0\r\n\r\n"u8), "the answer looks whole");
    }

    /// <summary>Nobody else starts programs, so nobody else can forget what they must not be given.</summary>
    [Fact]
    public void Only_one_place_starts_git()
    {
        var others = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && File.ReadAllText(file).Contains("new ProcessStartInfo", StringComparison.Ordinal));
        Assert.Equal(["GitProgram.cs"], others.Select(Path.GetFileName));
    }

    private static void AssertTold(IReadOnlyList<string[]> environments)
    {
        // What this process has itself, and so what a child would have that nobody has cleared.
        Assert.Contains(Environment.GetEnvironmentVariables().Keys.Cast<string>(), name => !Told.Contains(name));
        foreach (var environment in environments)
            Assert.Empty(environment.Select(entry => entry.Split('=')[0]).Except([.. Told, .. GitsOwn]));
    }

    private async Task IsFreeAgainAsync(RepositoryRecord record)
    {
        using var git = new GitClient(world.Owner.Token);
        git.Must("clone", "-q", $"{world.Address.ToString().TrimEnd('/')}/{record.FullName}", "work");
        git.Write("work/after.txt", "after\n");
        git.Commit("work");
        git.In("work", "push", "-q", "origin", "main");
        Assert.Equal("after\n", await world.Client().GetStringAsync($"/{record.FullName}/resolve/main/after.txt"));
    }

    /// <summary>A request whose body begins and never ends; the client's own library would wait with the answer until it has.</summary>
    private async Task<TcpClient> BeginAsync(string path, string type, byte[] beginning)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(world.Address.Host, world.Address.Port);
        var authorization = Convert.ToBase64String(Encoding.ASCII.GetBytes($"user:{world.Owner.Token}"));
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic {authorization}\r\nContent-Type: {type}\r\nContent-Length: 1000000\r\n\r\n"));
        await socket.GetStream().WriteAsync(beginning);
        return socket;
    }

    private static async Task<byte[]> ReadToEndAsync(NetworkStream stream)
    {
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all);
        }
        catch (IOException)
        {
            // Reset instead of closed: as good.
        }

        return all.ToArray();
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes((Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", CultureInfo.InvariantCulture) + text);
}
