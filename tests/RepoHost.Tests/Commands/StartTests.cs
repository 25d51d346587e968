using System.CommandLine;
using RepoHost.Commands;
using RepoHost.Tests.Accounts;
using RepoHost.Tests.Hosting;
using Xunit;

namespace RepoHost.Tests.Commands;

/// <summary>Settings that can't work stop the start, each named with what to change.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Every_wrong_setting_is_named_at_once_and_nothing_is_made()
    {
        var data = Path.Combine(Path.GetTempPath(), $"repohost-start-{Guid.NewGuid():N}");
        var said = await ServeAsync(
            $"--RepoHost:DataDirectory={data}", "--RepoHost:PublicUrl=ftp://hub", "--RepoHost:Database=oracle", "--Gating:LeaseSeconds=0", "--Accounts:TokenDays=0");
        Assert.Contains("RepoHost:PublicUrl 'ftp://hub' is not an http or https address", said, StringComparison.Ordinal);
        Assert.Contains("RepoHost:Database 'oracle' is unknown", said, StringComparison.Ordinal);
        Assert.Contains("Gating:LeaseSeconds is 0", said, StringComparison.Ordinal);
        Assert.Contains("Accounts:TokenDays must be 1 to 3650", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(data, "repositories")));
    }

    [Fact]
    public async Task Proxies_that_are_none_are_named_and_nobodys_word_is_taken_without_a_name()
    {
        var said = await ServeAsync("--Proxy:Trusted=10.0.0.1, 10.0.0.1/33 proxy.example fd00::/8", "--ForwardedHeaders_Enabled=true");
        Assert.Contains("Proxy:Trusted '10.0.0.1/33' is neither an address nor a network", said, StringComparison.Ordinal);
        Assert.Contains("Proxy:Trusted 'proxy.example' is neither", said, StringComparison.Ordinal);
        Assert.DoesNotContain("'10.0.0.1' is", said, StringComparison.Ordinal);
        Assert.DoesNotContain("'fd00::/8' is", said, StringComparison.Ordinal);
        Assert.Contains("ASPNETCORE_FORWARDEDHEADERS_ENABLED lets everybody choose the address", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_is_named()
    {
        var file = Path.GetTempFileName();
        Assert.Contains($"'{file}' is a file; name a folder", await ServeAsync($"--RepoHost:DataDirectory={file}"), StringComparison.Ordinal);
        File.Delete(file);
    }

    /// <summary>Each was a stack trace.</summary>
    [Theory]
    [InlineData("repohost.db", "this is no database, but some text that is long enough to be taken for one", "repohost.db in the data directory is damaged")]
    [InlineData("change-stamps", "", "change-stamps is damaged: stop every process that uses this data directory, delete the file, and start again.")]
    [InlineData("change-stamps", "short", "change-stamps is damaged")]
    [InlineData("change-stamps/x", "", "change-stamps is a folder, where the server keeps a file")]
    [InlineData("keys/0001abcd.key", "nothing of use", "it does not hold")]
    public async Task A_damaged_file_in_the_data_directory_is_named(string file, string text, string says)
    {
        await using var data = await DataAsync();
        var path = file.StartsWith("keys/", StringComparison.Ordinal) ? Directory.GetFiles(data.Directory, "*.key", SearchOption.AllDirectories).Single() : Path.Combine(data.Directory, file);
        if (file.Contains('/', StringComparison.Ordinal) && !file.StartsWith("keys/", StringComparison.Ordinal))
        {
            File.Delete(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }

        foreach (var beside in Directory.GetFiles(data.Directory, "repohost.db-*"))
            File.Delete(beside);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        var said = await ServeAsync($"--RepoHost:DataDirectory={data.Directory}", "--urls=http://127.0.0.1:0");
        Assert.Contains(says, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_was_cut_off_is_named()
    {
        await using var data = await DataAsync();
        await using (var file = new FileStream(Path.Combine(data.Directory, "repohost.db"), FileMode.Open))
            file.SetLength(file.Length / 3);
        Assert.Contains("is damaged (", await ServeAsync($"--RepoHost:DataDirectory={data.Directory}", "--urls=http://127.0.0.1:0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_may_not_be_written_to_is_named_at_once()
    {
        foreach (var everUsed in (bool[])[false, true])
        {
            var folder = Directory.CreateTempSubdirectory("repohost-readonly-").FullName;
            using (var disk = SmallDisk.Mount(folder, "16m"))
            {
                if (everUsed)
                    await Rooms.MakeAsync(folder);
                disk.MakeReadOnly();
                var started = System.Diagnostics.Stopwatch.StartNew();
                var said = await ServeAsync($"--RepoHost:DataDirectory={folder}", "--urls=http://127.0.0.1:0");
                Assert.Matches("The data directory can't be (used|written to): .*Read-only file system", said);
                Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
                Assert.True(started.Elapsed < TimeSpan.FromMinutes(1));
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>It started as a new server, and its log offered whoever read it to become the first administrator.</summary>
    [Theory]
    [InlineData("missing", "is missing")]
    [InlineData("empty", "is empty")]
    [InlineData("new", "knows no people")]
    public async Task An_empty_database_beside_repositories_stops_the_start_and_every_command(string kind, string says)
    {
        await using var data = await DataAsync();
        var database = Path.Combine(data.Directory, "repohost.db");
        foreach (var file in Directory.GetFiles(data.Directory, "repohost.db*"))
            File.Delete(file);
        if (kind == "empty")
            await File.WriteAllBytesAsync(database, [], TestContext.Current.CancellationToken);
        if (kind == "new")
            await Rooms.MakeAsync(data.Directory);
        var repository = Directory.CreateDirectory(Path.Combine(data.Directory, "repositories", "ab", $"ab{new string('0', 22)}.git"));
        foreach (var words in (string[][])[["serve", "--urls=http://127.0.0.1:0"], ["user", "add", "eve", "--email", "eve@mail.example", "--admin"]])
        {
            var said = await RunAsync([.. words, $"--RepoHost:DataDirectory={data.Directory}"]);
            Assert.Contains($"The database {database} {says}, but {Path.Combine(data.Directory, "repositories")} holds repositories. Put a backup of the database there.", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }

        if (kind == "missing")
            Assert.False(File.Exists(database));
        Assert.False(File.Exists(Path.Combine(data.Directory, "setup-code")));
        repository.Delete();
        Assert.Equal("", await RunAsync(["user", "add", "eve", "--email", "eve@mail.example", $"--RepoHost:DataDirectory={data.Directory}"], status: 0));
    }

    private static async Task<DataFolder> DataAsync()
    {
        var folder = Directory.CreateTempSubdirectory("repohost-start-").FullName;
        await Rooms.MakeAsync(folder);
        return new(folder);
    }

    private static Task<string> ServeAsync(params string[] settings) => RunAsync(["serve", .. settings]);

    private static async Task<string> RunAsync(string[] words, int status = 1)
    {
        using var errors = new StringWriter();
        // A server that starts after all must not run for ever.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        Assert.Equal(status, await CommandTree.RunAsync(
            words, Server.AddRooms, host => [ServeCommand.Build(host)], streams: new InvocationConfiguration { Error = errors, Output = TextWriter.Null }, cancellationToken: patience.Token));
        return errors.ToString();
    }

    /// <summary>A data directory of a server that has run.</summary>
    private sealed record DataFolder(string Directory) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            System.IO.Directory.Delete(Directory, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
