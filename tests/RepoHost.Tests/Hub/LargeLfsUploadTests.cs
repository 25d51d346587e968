using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>An LFS object as large as weights are, in one PUT. Alone, because it measures what is allocated.</summary>
[Collection(nameof(LargeCommits))]
public sealed class LargeLfsUploadTests(LargeCommitTests.World world) : IClassFixture<LargeCommitTests.World>
{
    [Fact]
    public async Task An_object_of_300_megabytes_takes_little_memory()
    {
        var content = new BlockContent(300);
        var oid = content.Sha256();
        var href = await UploadHrefAsync(oid, content.Length);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var client = world.Client();
        client.Timeout = TimeSpan.FromMinutes(5);
        using var response = await client.PutAsync(href, content);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(allocated < 60_000_000, $"{allocated:N0} bytes were allocated for an object of {content.Length:N0}");
        await using var stored = File.OpenRead(Path.Combine(world.DataDirectory, "lfs", oid[..2], oid[2..4], oid));
        Assert.Equal(oid, Convert.ToHexStringLower(await SHA256.HashDataAsync(stored)));
    }

    private async Task<string> UploadHrefAsync(string oid, long size)
    {
        using var client = world.Client(world.Owner.Token);
        using var body = new StringContent(LfsWorld.Body("upload", (oid, size)), new MediaTypeHeaderValue("application/vnd.git-lfs+json"));
        using var batch = await client.PostAsync($"/{world.Hub}.git/info/lfs/objects/batch", body);
        return (string)JsonNode.Parse(await batch.Content.ReadAsStringAsync())!["objects"]![0]!["actions"]!["upload"]!["href"]!;
    }

    /// <summary>The same mebibyte over and over, with its number in front; never whole in memory.</summary>
    private sealed class BlockContent(int blocks) : HttpContent
    {
        private static readonly byte[] Block = RandomNumberGenerator.GetBytes(1 << 20);

        public long Length => (long)blocks * Block.Length;

        public string Sha256()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var n = 0; n < blocks; n++)
                hash.AppendData(Numbered(n));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var n = 0; n < blocks; n++)
                await stream.WriteAsync(Numbered(n));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Length;
            return true;
        }

        private static byte[] Numbered(int number)
        {
            BitConverter.TryWriteBytes(Block, number);
            return Block;
        }
    }
}
