using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Uploads in parts (contract 7.3). The world's parts have 2,000 bytes, and objects over 5,000 come in them.</summary>
public sealed class LfsPartTests(LfsWorld world) : IClassFixture<LfsWorld>
{
    [Fact]
    public async Task Parts_in_any_order_and_more_than_once_become_the_object()
    {
        var content = LfsWorld.Bytes(9_001);
        var upload = await BeginAsync(content);
        Assert.Equal(["chunk_size", "00001", "00002", "00003", "00004", "00005"], upload.Header.Select(p => p.Key));
        Assert.Equal("2000", (string)upload.Header["chunk_size"]!);
        var tags = new string[5];
        foreach (var number in (int[])[5, 2, 2, 1, 4, 3])
            tags[number - 1] = await SendAsync(upload, content, number);
        Assert.All(tags, t => Assert.Matches("^\"[0-9a-f]{64}\"$", t));

        // Completing again, and sending a part again, is what clients do whose answer got lost.
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, await CompleteAsync(upload, content, tags));
        Assert.True(world.HasBlob(LfsWorld.Sha(content)));
        var down = await world.HrefAsync(null, "owner/open.git", "download", LfsWorld.Sha(content), content.Length, "download");
        Assert.Equal(content, await world.Client().GetByteArrayAsync(down));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(world.DataDirectory, "lfs", ".uploads"), upload.Id(world)));
    }

    [Fact]
    public async Task What_is_not_there_whole_is_not_completed()
    {
        var content = LfsWorld.Bytes(6_000);
        var upload = await BeginAsync(content);
        string[] tags = [await SendAsync(upload, content, 1), await SendAsync(upload, content, 2), $"\"{LfsWorld.Sha(content[4000..])}\""];
        Assert.Equal(HttpStatusCode.BadRequest, await CompleteAsync(upload, content, tags));
        using var shorter = await world.PutAsync((string)upload.Header["00003"]!, content[4001..]);
        Assert.Equal(HttpStatusCode.BadRequest, shorter.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, await CompleteAsync(upload, content, tags));
        Assert.False(world.HasBlob(LfsWorld.Sha(content)));

        await SendAsync(upload, content, 3);
        Assert.Equal(HttpStatusCode.BadRequest, await CompleteAsync(upload, content, tags[..2]));
        Assert.Equal(HttpStatusCode.BadRequest, await CompleteAsync(upload, content, [tags[0], tags[0], tags[2]]));
        Assert.Equal(HttpStatusCode.BadRequest, await CompleteAsync(upload, content, [.. tags, tags[0]]));
        Assert.Equal(HttpStatusCode.OK, await CompleteAsync(upload, content, [tags[0].Trim('"'), "W/" + tags[1], tags[2]]));
    }

    /// <summary>Threat row 7, for parts: each may be what it is, the whole still has to be what was promised.</summary>
    [Fact]
    public async Task Parts_that_are_another_object_store_nothing()
    {
        var content = LfsWorld.Bytes(6_000);
        var upload = await BeginAsync(content);
        var other = LfsWorld.Bytes(6_000);
        string[] tags = [await SendAsync(upload, other, 1), await SendAsync(upload, other, 2), await SendAsync(upload, other, 3)];
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await CompleteAsync(upload, content, tags));
        Assert.False(world.HasBlob(LfsWorld.Sha(content)));
        Assert.False(world.HasBlob(LfsWorld.Sha(other)));
        Assert.Equal(HttpStatusCode.BadRequest, await CompleteAsync(upload, content, tags));
    }

    [Fact]
    public async Task Many_parts_at_once_and_many_completions_at_once_are_one_object()
    {
        var content = LfsWorld.Bytes(100_000);
        var upload = await BeginAsync(content);
        var tags = await Task.WhenAll(Enumerable.Range(1, 50).Select(n => SendAsync(upload, content, n)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CompleteAsync(upload, content, tags)));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a));
    }

    /// <summary>One batch has one form of transfer: below the threshold, one part; an empty object has none.</summary>
    [Fact]
    public async Task Small_objects_beside_a_large_one_come_in_one_part()
    {
        var (large, small) = (LfsWorld.Bytes(5_001), LfsWorld.Bytes(10));
        var body = JsonNode.Parse(LfsWorld.Body("upload", (LfsWorld.Sha(large), large.Length), (LfsWorld.Sha(small), small.Length), (LfsWorld.Sha([]), 0)))!;
        body["transfers"] = new JsonArray("basic", "multipart");
        var (_, answer) = await world.BatchAsync(world.Owner.Token, "owner/open.git", body.ToJsonString());
        Assert.Equal("multipart", (string)answer!["transfer"]!);
        Assert.Equal([4, 2, 1], answer["objects"]!.AsArray().Select(o => o!["actions"]!["upload"]!["header"]!.AsObject().Count));
        var one = new Upload((string)answer["objects"]![1]!["actions"]!["upload"]!["href"]!, answer["objects"]![1]!["actions"]!["upload"]!["header"]!.AsObject());
        Assert.Equal(HttpStatusCode.OK, await CompleteAsync(one, small, [await SendAsync(one, small, 1)]));
        var none = new Upload((string)answer["objects"]![2]!["actions"]!["upload"]!["href"]!, answer["objects"]![2]!["actions"]!["upload"]!["header"]!.AsObject());
        Assert.Equal(HttpStatusCode.OK, await CompleteAsync(none, [], []));
    }

    [Fact]
    public async Task A_repository_may_have_a_threshold_of_its_own_and_a_client_that_knows_no_parts_gets_none()
    {
        await world.AddRepositoryAsync(RepositoryType.Model, "owner/early", new Dictionary<string, string> { ["README.md"] = "# Early\n" });
        var catalog = world.Services.GetRequiredService<RepositoryCatalog>();
        var record = (await catalog.FindAsync(RepositoryType.Model, "owner", "early", CancellationToken.None))!;
        var body = JsonNode.Parse(LfsWorld.Body("upload", (LfsWorld.SecretOid, 101)))!;
        async Task<string> TransferAsync() => (string)(await world.BatchAsync(world.Owner.Token, "owner/early.git", body.ToJsonString())).Body!["transfer"]!;
        body["transfers"] = new JsonArray("basic", "multipart");
        Assert.Equal("basic", await TransferAsync());
        await catalog.UpdateAsync(record.Id, r => r.LfsMultipartBytes = 100, CancellationToken.None);
        Assert.Equal("multipart", await TransferAsync());
        body["transfers"] = new JsonArray("basic");
        Assert.Equal("basic", await TransferAsync());
    }

    [Fact]
    public async Task A_parts_address_takes_that_part_only()
    {
        var content = LfsWorld.Bytes(6_000);
        var upload = await BeginAsync(content);
        var first = (string)upload.Header["00001"]!;
        using var other = await world.PutAsync(first.Replace("/parts/1/", "/parts/2/", StringComparison.Ordinal), content[2000..4000]);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        using var padded = await world.PutAsync(first.Replace("/parts/1/", "/parts/01/", StringComparison.Ordinal), content[..2000]);
        Assert.Equal(HttpStatusCode.Forbidden, padded.StatusCode);
    }

    [Fact]
    public async Task Parts_of_an_object_that_came_another_way_meanwhile_are_removed()
    {
        var content = LfsWorld.Bytes(5_001);
        var (first, second) = (await BeginAsync(content), await BeginAsync(content));
        var tags = new[] { await SendAsync(first, content, 1), await SendAsync(first, content, 2), await SendAsync(first, content, 3) };
        foreach (var number in (int[])[1, 2, 3])
            await SendAsync(second, content, number);
        foreach (var upload in (Upload[])[first, second])
        {
            Assert.Equal(HttpStatusCode.OK, await CompleteAsync(upload, content, tags));
            Assert.False(Directory.Exists(Path.Combine(world.DataDirectory, "lfs", ".uploads", upload.Id(world))));
        }
    }

    [Fact]
    public async Task Parts_of_all_objects_of_a_batch_together_are_bounded()
    {
        var objects = Enumerable.Range(0, 60).Select(i => (LfsWorld.Sha([(byte)i, 77]), 1_000_000L)).ToArray();
        var body = JsonNode.Parse(LfsWorld.Body("upload", objects))!;
        body["transfers"] = new JsonArray("basic", "multipart");
        var (_, answer) = await world.BatchAsync(world.Owner.Token, "owner/open.git", body.ToJsonString());
        var headers = answer!["objects"]!.AsArray().Select(o => o!["actions"]!["upload"]!["header"]!.AsObject()).ToArray();
        Assert.Equal(60, headers.Length);
        Assert.InRange(headers.Sum(h => h.Count - 1), 60, 20_060);
        Assert.All(headers, h => Assert.True(long.Parse((string)h["chunk_size"]!, System.Globalization.CultureInfo.InvariantCulture) * (h.Count - 1) >= 1_000_000));
    }

    private async Task<Upload> BeginAsync(byte[] content)
    {
        var body = JsonNode.Parse(LfsWorld.Body("upload", (LfsWorld.Sha(content), content.Length)))!;
        body["transfers"] = new JsonArray("basic", "multipart");
        var (_, answer) = await world.BatchAsync(world.Owner.Token, "owner/open.git", body.ToJsonString());
        Assert.Equal("multipart", (string)answer!["transfer"]!);
        var action = answer["objects"]![0]!["actions"]!["upload"]!;
        return new((string)action["href"]!, action["header"]!.AsObject());
    }

    private async Task<string> SendAsync(Upload upload, byte[] content, int number)
    {
        using var response = await world.PutAsync((string)upload.Header[$"{number:D5}"]!, [.. content.Skip((number - 1) * 2000).Take(2000)]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("ETag").Single();
    }

    private async Task<HttpStatusCode> CompleteAsync(Upload upload, byte[] content, string[] tags)
    {
        var body = new { oid = LfsWorld.Sha(content), parts = tags.Select((tag, i) => new { partNumber = i + 1, etag = tag }) };
        using var response = await world.Client().PostAsJsonAsync(upload.Href, body);
        return response.StatusCode;
    }

    private sealed record Upload(string Href, JsonObject Header)
    {
        public string Id(LfsWorld world) => world.Services.GetRequiredService<SignedLinks>().ReadOrNull(Href[(Href.LastIndexOf('/') + 1)..])!.UploadId!;
    }
}
