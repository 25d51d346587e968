using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Downloads;

/// <summary>aria2c fetches one file over several connections at once; wget resumes. Both send a given header wherever they are redirected.</summary>
public sealed class DownloadManagerTests(World world) : IClassFixture<StartedWorld>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Weights => $"{world.Server.Base}/{World.Large}/resolve/main/weights.bin";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Aria2c_assembles_the_file_from_eight_connections()
    {
        var result = await Aria2cAsync(world.Accepted);

        Assert.True(result.ExitCode == 0, result.ToString());
        await WeightsArrivedAsync();
    }

    [Fact]
    public async Task Aria2c_resumes_an_interrupted_download()
    {
        await File.WriteAllBytesAsync(folder.File("weights.bin"), world.LargeFile[..7_000_000], TestContext.Current.CancellationToken);

        var result = await Aria2cAsync(world.Accepted);

        Assert.True(result.ExitCode == 0, result.ToString());
        await WeightsArrivedAsync();
    }

    [Fact]
    public async Task Aria2c_by_a_stranger_ends_with_22_and_no_file()
    {
        var result = await Aria2cAsync(world.Stranger);

        Assert.Equal(22, result.ExitCode);
        Assert.Contains("403", result.Output + result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("weights.bin")));
    }

    [Fact]
    public async Task Aria2c_without_a_token_ends_with_24()
    {
        var result = await Aria2cAsync(null);

        Assert.Equal(24, result.ExitCode);
    }

    [Fact]
    public async Task Wget_resumes_an_interrupted_download()
    {
        await File.WriteAllBytesAsync(folder.File("weights.bin"), world.LargeFile[..7_000_000], TestContext.Current.CancellationToken);

        var result = await WgetAsync(world.Accepted);

        Assert.True(result.ExitCode == 0, result.ToString());
        await WeightsArrivedAsync();
    }

    [Fact]
    public async Task Wget_by_a_stranger_ends_with_8_and_without_a_token_with_6()
    {
        var stranger = await WgetAsync(world.Stranger);
        Assert.Equal(8, stranger.ExitCode);
        Assert.Contains("403 Forbidden", stranger.Errors, StringComparison.Ordinal);

        var nobody = await WgetAsync(null);
        Assert.Equal(6, nobody.ExitCode);
    }

    private async Task WeightsArrivedAsync() =>
        Assert.Equal(world.LargeFile, await File.ReadAllBytesAsync(folder.File("weights.bin"), TestContext.Current.CancellationToken));

    private Task<ProgramResult> Aria2cAsync(string? token)
    {
        Requires.Tool("aria2c");
        string[] credentials = token is null ? [] : [$"--header=Authorization: Bearer {token}"];
        return ChildProgram.RunAsync(
            "aria2c",
            ["--no-conf", "--no-proxy=*", "--continue=true", "--split=8", "--max-connection-per-server=8", "--min-split-size=1M", "--max-tries=1", .. credentials, "--dir", folder.Location, Weights],
            cancellationToken: TestContext.Current.CancellationToken);
    }

    private Task<ProgramResult> WgetAsync(string? token)
    {
        Requires.Tool("wget");
        string[] credentials = token is null ? [] : [$"--header=Authorization: Bearer {token}"];
        return ChildProgram.RunAsync(
            "wget",
            ["--no-config", "--no-proxy", "--tries=1", "--continue", .. credentials, "-P", folder.Location, Weights],
            cancellationToken: TestContext.Current.CancellationToken);
    }
}
