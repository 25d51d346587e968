using System.Globalization;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Downloads;

/// <summary>What a person with a terminal sees: files, exit statuses and messages of the real curl.</summary>
public sealed class CurlTests(World world) : IClassFixture<StartedWorld>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Weights => $"{world.Server.Base}/{World.Large}/resolve/main/weights.bin";

    private string Config => $"{world.Server.Base}/{World.Gated}/resolve/main/config.json";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_gated_LFS_file_arrives_whole()
    {
        var result = await CurlAsync(world.Accepted, "-o", folder.File("weights.bin"), Weights);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(world.LargeFile, await ReadAsync("weights.bin"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000_000)]
    [InlineData(World.LargeFileSize - 1)]
    public async Task An_interrupted_download_is_resumed_where_it_stopped(int already)
    {
        await File.WriteAllBytesAsync(folder.File("weights.bin"), world.LargeFile[..already], TestContext.Current.CancellationToken);

        var result = await CurlAsync(world.Accepted, "-C", "-", "-o", folder.File("weights.bin"), "-w", "%{http_code} %{size_download}", Weights);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"206 {World.LargeFileSize - already}"), result.Output);
        Assert.Equal(world.LargeFile, await ReadAsync("weights.bin"));
    }

    [Fact]
    public async Task A_resumed_small_git_file_is_whole_too()
    {
        var whole = await File.ReadAllBytesAsync(Paths.Sample("models/acme/tiny-sentiment", "tokenizer.json"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder.File("tokenizer.json"), whole[..1000], TestContext.Current.CancellationToken);

        var result = await CurlAsync(
            world.Accepted, "-C", "-", "-o", folder.File("tokenizer.json"), $"{world.Server.Base}/{World.Gated}/resolve/main/tokenizer.json");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(whole, await ReadAsync("tokenizer.json"));
    }

    [Theory]
    [InlineData("0-0", 0, 1)]
    [InlineData("100-199", 100, 100)]
    [InlineData("-10", World.LargeFileSize - 10, 10)]
    [InlineData("12345600-99999999", 12_345_600, 78)]
    public async Task A_range_is_the_bytes_asked_for(string range, int start, int count)
    {
        var result = await CurlAsync(world.Accepted, "-r", range, "-o", folder.File("part"), "-w", "%{http_code} %header{content-range}", Weights);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"206 bytes {start}-{start + count - 1}/{World.LargeFileSize}"), result.Output);
        Assert.Equal(world.LargeFile[start..(start + count)], await ReadAsync("part"));
    }

    [Fact]
    public async Task HEAD_tells_size_hash_and_commit_without_a_body()
    {
        var result = await CurlAsync(world.Accepted, "--head", Weights);

        Assert.True(result.ExitCode == 0, result.ToString());
        var headers = Headers(result.Output);
        Assert.Equal("12345678", headers["content-length"]);
        Assert.Equal("12345678", headers["x-linked-size"]);
        Assert.Equal("bytes", headers["accept-ranges"]);
        Assert.Matches("^\"[0-9a-f]{64}\"$", headers["etag"]);
        Assert.Equal(headers["etag"], headers["x-linked-etag"]);
        Assert.Matches("^[0-9a-f]{40}$", headers["x-repo-commit"]);
        Assert.Contains("private", headers["cache-control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_etag_of_a_HEAD_makes_the_next_GET_304()
    {
        var etag = Headers((await CurlAsync(world.Accepted, "--head", Weights)).Output)["etag"];

        var result = await CurlAsync(world.Accepted, "-H", $"If-None-Match: {etag}", "-o", folder.File("none"), "-w", "%{http_code} %{size_download}", Weights);

        Assert.Equal("304 0", result.Output);
    }

    [Fact]
    public async Task Asking_for_compression_changes_neither_bytes_nor_etag()
    {
        var result = await CurlAsync(world.Accepted, "--compressed", "-D", folder.File("headers"), "-o", folder.File("config.json"), Config);

        Assert.True(result.ExitCode == 0, result.ToString());
        var headers = Headers(await File.ReadAllTextAsync(folder.File("headers"), TestContext.Current.CancellationToken));
        Assert.DoesNotContain("content-encoding", headers.Keys);
        Assert.Matches("^\"[0-9a-f]{40}\"$", headers["etag"]);
    }

    [Fact]
    public async Task A_stranger_gets_exit_22_and_reads_where_to_ask()
    {
        var result = await CurlAsync(world.Stranger, "-w", "\n%{http_code} %header{x-error-code} %header{cache-control}", Config);

        Assert.Equal(22, result.ExitCode);
        Assert.Contains($"Visit {world.Server.Base}/{World.Gated} to ask for access.", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n403 GatedRepo no-store", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_person_reads_the_reason_with_its_umlauts()
    {
        var result = await CurlAsync(world.Rejected, "-D", folder.File("headers"), Config);

        Assert.Equal(22, result.ExitCode);
        Assert.Contains(World.RejectionReason, System.Text.RegularExpressions.Regex.Unescape(result.Output), StringComparison.Ordinal);
        var headers = Headers(await File.ReadAllTextAsync(folder.File("headers"), TestContext.Current.CancellationToken));
        Assert.EndsWith("Reason: Bitte das Formular vollst*ndig ausf*llen", headers["x-error-message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_gets_exit_22_and_is_told_to_log_in()
    {
        var result = await CurlAsync(null, "-w", "\n%{http_code} %header{www-authenticate}", Config);

        Assert.Equal(22, result.ExitCode);
        Assert.Contains("Please log in.", result.Output, StringComparison.Ordinal);
        Assert.Contains("\n401 Bearer realm=\"Authentication required\"", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A refusal that depends on the method or the range would tell a stranger sizes and hashes.</summary>
    [Theory]
    [InlineData("--head")]
    [InlineData("-r", "0-0")]
    [InlineData("-r", "99999999-")]
    [InlineData("-H", "If-None-Match: *")]
    [InlineData("-H", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT")]
    public async Task No_way_of_asking_gets_a_stranger_past_the_gate(params string[] way)
    {
        var result = await CurlAsync(world.Stranger, [.. way, "-D", folder.File("headers"), "-o", folder.File("body"), Weights]);

        Assert.Equal(22, result.ExitCode);
        var text = await File.ReadAllTextAsync(folder.File("headers"), TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 403", text, StringComparison.Ordinal);
        var headers = Headers(text);
        Assert.Equal("GatedRepo", headers["x-error-code"]);
        Assert.DoesNotContain("etag", headers.Keys);
        Assert.DoesNotContain("x-linked-size", headers.Keys);
        Assert.DoesNotContain("x-repo-commit", headers.Keys);
    }

    [Fact]
    public async Task The_token_works_as_the_password_of_basic_authentication()
    {
        var result = await CurlAsync(null, "-u", $"dana:{world.Accepted}", "-o", folder.File("config.json"), Config);

        Assert.True(result.ExitCode == 0, result.ToString());
    }

    [Fact]
    public async Task A_token_in_the_address_is_refused()
    {
        var result = await CurlAsync(null, "-w", "\n%{http_code}", $"{Config}?token={world.Accepted}&access_token={world.Accepted}");

        Assert.EndsWith("\n400", result.Output, StringComparison.Ordinal);
        Assert.Contains("Revoke it", result.Output, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Headers(string text) => text.Split('\n')
        .Select(line => line.Trim().Split(": ", 2))
        .Where(parts => parts.Length == 2)
        .ToDictionary(parts => parts[0].ToLowerInvariant(), parts => parts[1]);

    private Task<byte[]> ReadAsync(string name) => File.ReadAllBytesAsync(folder.File(name), TestContext.Current.CancellationToken);

    private static Task<ProgramResult> CurlAsync(string? token, params string[] arguments)
    {
        Requires.Tool("curl");
        string[] credentials = token is null ? [] : ["-H", $"Authorization: Bearer {token}"];
        return ChildProgram.RunAsync(
            "curl", ["-sS", "--fail-with-body", "--noproxy", "*", .. credentials, .. arguments], cancellationToken: TestContext.Current.CancellationToken);
    }
}
