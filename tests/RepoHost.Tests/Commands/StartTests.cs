using System.CommandLine;
using RepoHost.Commands;
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

    private static async Task<string> ServeAsync(params string[] settings)
    {
        using var errors = new StringWriter();
        var status = await CommandTree.RunAsync(
            ["serve", .. settings], Server.AddRooms, host => [ServeCommand.Build(host)], streams: new InvocationConfiguration { Error = errors, Output = TextWriter.Null });
        Assert.Equal(1, status);
        return errors.ToString();
    }
}
