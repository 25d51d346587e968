using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using RepoHost.Data;
using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Commits as large as clients send them, and limits where they end. Alone, because it measures what is allocated.</summary>
[Collection(nameof(LargeCommits))]
public sealed class LargeCommitTests(LargeCommitTests.World world) : IClassFixture<LargeCommitTests.World>
{
    private const int Block = 3 * 64 * 1024;

    [Fact]
    public async Task A_file_of_300_megabytes_in_one_line_takes_little_memory()
    {
        var hub = world.Hub;
        var content = new LineContent(300_000_000 / Block);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var response = await SendAsync(content);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        // Much of it is the awaits themselves; a body that was kept would be four times as much.
        Assert.True(allocated < content.Length / 4, $"{allocated:N0} bytes were allocated for a body of {content.Length:N0}");
        using var client = world.Client();
        using var download = await client.GetAsync($"/{hub}/resolve/main/large.bin", HttpCompletionOption.ResponseHeadersRead);
        await using var bytes = await download.Content.ReadAsStreamAsync();
        Assert.Equal(content.Sha256(), Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes)));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_whether_its_length_is_known_or_not()
    {
        foreach (var chunked in (bool[])[false, true])
        {
            using var response = await SendAsync(new LineContent(400_000_000 / Block), chunked);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Contains("450 MB", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_error_middleware_makes_507_of_a_full_disk()
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await new ErrorMiddleware(
            async _ =>
            {
                // Whatever is written to it, there is no space left.
                await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
                await full.WriteAsync(new byte[1]);
            },
            NullLogger<ErrorMiddleware>.Instance).InvokeAsync(context);
        Assert.Equal(507, context.Response.StatusCode);
        Assert.Equal(DiskFull.Sentence, context.Response.Headers["X-Error-Message"]);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContent content, bool chunked = false)
    {
        using var client = world.Client(world.Owner.Token);
        client.Timeout = TimeSpan.FromMinutes(5);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/models/{world.Hub}/commit/main") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        // Refused before the body has gone out: the answer must not be lost behind it.
        request.Headers.ExpectContinue = true;
        return await client.SendAsync(request);
    }

    public sealed class World : HubApplication
    {
        internal TestPerson Owner { get; private set; } = null!;

        internal string Hub => "owner/large";

        protected override IEnumerable<string> Settings => ["--Uploads:LargestCommitBytes=450000000"];

        protected override async Task FillAsync()
        {
            Owner = await AddPersonAsync("owner", TokenRole.Write);
            await AddRepositoryAsync(RepositoryType.Model, Hub, new Dictionary<string, string> { ["README.md"] = "# Large\n" });
        }
    }

    /// <summary>A header and one file, whose content is the same block over and over; none of it is built in memory.</summary>
    private sealed class LineContent(int blocks) : HttpContent
    {
        private static readonly byte[] Plain = RandomNumberGenerator.GetBytes(Block);
        private static readonly byte[] Encoded = Encoding.ASCII.GetBytes(Convert.ToBase64String(Plain));
        private static readonly byte[] Begin = Encoding.ASCII.GetBytes("{\"key\":\"header\",\"value\":{\"summary\":\"large\"}}\n{\"key\":\"file\",\"value\":{\"content\":\"");
        private static readonly byte[] End = Encoding.ASCII.GetBytes("\",\"path\":\"large.bin\",\"encoding\":\"base64\"}}\n");

        public long Length => Begin.Length + ((long)blocks * Encoded.Length) + End.Length;

        public string Sha256()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var n = 0; n < blocks; n++)
                hash.AppendData(Plain);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Begin);
            for (var n = 0; n < blocks; n++)
                await stream.WriteAsync(Encoded);
            await stream.WriteAsync(End);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Length;
            return true;
        }
    }
}

[CollectionDefinition(nameof(LargeCommits), DisableParallelization = true)]
public sealed class LargeCommits;
