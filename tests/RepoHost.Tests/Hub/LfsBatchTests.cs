using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>The batch request: its shapes (contract 7.3) and who gets an address for what (threat rows 1 to 4, 6, 8, 9, 24, 31).</summary>
public sealed class LfsBatchTests(LfsWorld world) : IClassFixture<LfsWorld>
{
    private const string Unknown = "00000000000000000000000000000000000000000000000000000000000000aa";

    /// <summary>The three clients' bodies; an object that is there has no actions, and no null in their place.</summary>
    [Theory]
    [InlineData("""{"operation":"upload","transfers":["basic","multipart"],"objects":[OBJECTS],"hash_algo":"sha256","ref":{"name":"main"}}""")]
    [InlineData("""{"operation":"upload","transfers":["basic","multipart","xet"],"hash_algo":"sha_256","ref":{"name":"main"},"objects":[OBJECTS]}""")]
    [InlineData("""{"operation":"upload","objects":[OBJECTS],"transfers":["lfs-standalone-file","basic","ssh"],"ref":{"name":"refs/heads/main"},"hash_algo":"sha256"}""")]
    public async Task Each_client_is_answered_in_the_form_that_it_reads(string body)
    {
        var there = await world.GivenAsync(world.Owner, "owner/open.git");
        var objects = $$"""{"oid":"{{Unknown}}","size":4000},{"oid":"{{LfsWorld.Sha(there)}}","size":{{there.Length}}}""";
        foreach (var repository in (string[])["owner/open.git", "owner/open"])
        {
            var (response, answer) = await world.BatchAsync(world.Owner.Token, repository, body.Replace("OBJECTS", objects, StringComparison.Ordinal));
            Assert.Equal((HttpStatusCode.OK, "application/vnd.git-lfs+json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            Assert.True(response.Headers.CacheControl!.NoStore);
            Assert.Equal("basic", (string)answer!["transfer"]!);
            var wanted = answer["objects"]![0]!.AsObject();
            Assert.Equal((Unknown, 4000, true), ((string)wanted["oid"]!, (int)wanted["size"]!, (bool)wanted["authenticated"]!));
            foreach (var action in (string[])["upload", "verify"])
            {
                Assert.StartsWith($"{world.Address}owner/open.git/info/lfs/objects/{Unknown}/", (string)wanted["actions"]![action]!["href"]!, StringComparison.Ordinal);
                Assert.InRange((int)wanted["actions"]![action]!["expires_in"]!, 900, 903);
                Assert.False(wanted["actions"]![action]!.AsObject().ContainsKey("header"));
            }

            Assert.Equal(["oid", "size"], answer["objects"]![1]!.AsObject().Select(p => p.Key));
        }
    }

    /// <summary>Threat rows 1 and 2: an object that only others hold is asked for like one that nobody has, and stays shut until its bytes have come.</summary>
    [Fact]
    public async Task Naming_somebody_elses_object_opens_nothing()
    {
        var size = LfsWorld.Secret.Length;
        var (_, foreign) = await world.BatchAsync(world.Stranger.Token, "stranger/own.git", LfsWorld.Body("upload", (LfsWorld.SecretOid, size)));
        var (_, unknown) = await world.BatchAsync(world.Stranger.Token, "stranger/own.git", LfsWorld.Body("upload", (Unknown, size)));
        Assert.Equal(Shape(unknown!, Unknown), Shape(foreign!, LfsWorld.SecretOid));

        var (_, download) = await world.BatchAsync(world.Stranger.Token, "stranger/own.git", LfsWorld.Body("download", (LfsWorld.SecretOid, size)));
        Assert.Equal(404, (int)download!["objects"]![0]!["error"]!["code"]!);

        // Whoever sends the bytes has them, and has them here only.
        using var put = await world.PutAsync((string)foreign!["objects"]![0]!["actions"]!["upload"]!["href"]!, Encoding.UTF8.GetBytes(LfsWorld.Secret));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        (_, download) = await world.BatchAsync(world.Stranger.Token, "stranger/own.git", LfsWorld.Body("download", (LfsWorld.SecretOid, size)));
        Assert.NotNull(download!["objects"]![0]!["actions"]!["download"]);
        var (refused, _) = await world.BatchAsync(world.Stranger.Token, "owner/gated.git", LfsWorld.Body("download", (LfsWorld.SecretOid, size)));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    /// <summary>Threat rows 3 and 6: each object of a batch is asked for itself, within the repository of the address.</summary>
    [Fact]
    public async Task A_batch_may_mix_what_is_there_and_what_is_not()
    {
        var there = await world.GivenAsync(world.Owner, "owner/open.git");
        var elsewhere = await world.GivenAsync(world.Owner, "owner/gated.git");
        var (_, body) = await world.BatchAsync(null, "owner/open.git", LfsWorld.Body(
            "download", (LfsWorld.Sha(elsewhere), elsewhere.Length), (LfsWorld.Sha(there), there.Length), (Unknown, 1), ("../../etc/passwd", 1), (LfsWorld.Sha(there), there.Length)));
        Assert.Equal([404, 0, 404, 422, 0], body!["objects"]!.AsArray().Select(o => (int?)o!["error"]?["code"] ?? 0));
        Assert.All(body["objects"]!.AsArray(), o => Assert.Equal(o!["error"] is null, o["actions"] is not null));
    }

    /// <summary>Threat row 4: a name that leads nowhere ends before any object is looked at; another spelling leads to the same checks.</summary>
    [Fact]
    public async Task A_wrong_name_gives_no_action()
    {
        var body = LfsWorld.Body("upload", (Unknown, 1));
        foreach (var (repository, nobody, somebody) in new[]
        {
            ("owner/none.git", 401, 404), ("owner/none", 401, 404), ("datasets/owner/open.git", 401, 404), ("owner/data.git", 401, 404), ("owner/private.git", 401, 404),
            ("OWNER/gated.git", 401, 403), ("owner/Gated", 401, 403), ("owner/gated", 401, 403), ("owner/open.git.git", 401, 404), ("owner/open.git/", 404, 404),
        })
        {
            foreach (var (token, expected) in new[] { (null, nobody), (world.Stranger.Token, somebody) })
            {
                var (response, answer) = await world.BatchAsync(token, repository, body);
                Assert.True(expected == (int)response.StatusCode, $"{repository}: {response.StatusCode}");
                Assert.Null(answer?["objects"]);
            }
        }
    }

    [Fact]
    public async Task Another_spelling_gets_addresses_under_the_right_one()
    {
        using var client = world.Client(world.Owner.Token);
        using var response = await client.PostAsync("/OWNER/Open.git/info/lfs/objects/batch/", new StringContent(LfsWorld.Body("upload", (Unknown, 1))));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains($"/owner/open.git/info/lfs/objects/{Unknown}/", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Threat row 8: what is no SHA-256 never comes near a file.</summary>
    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"../../../../etc/passwd\"")]
    [InlineData("\"00000000000000000000000000000000000000000000000000000000000000AA\"")]
    [InlineData("\"00000000000000000000000000000000000000000000000000000000000000a\"")]
    [InlineData("\"00000000000000000000000000000000000000000000000000000000000000aaa\"")]
    [InlineData("\"0000000000000000000000000000000000000000000000000000000000000\\u0661\\u0662\\u0663\"")]
    [InlineData("7")]
    [InlineData("null")]
    public async Task An_odd_oid_is_that_objects_error(string oid)
    {
        foreach (var operation in (string[])["upload", "download"])
        {
            var (response, body) = await world.BatchAsync(
                world.Owner.Token, "owner/open.git", $$"""{"operation":"{{operation}}","objects":[{"oid":{{oid}},"size":1},{"oid":"{{Unknown}}","size":1}]}""");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(422, (int)body!["objects"]![0]!["error"]!["code"]!);
            Assert.Null(body["objects"]![0]!["actions"]);
            Assert.Equal(operation == "upload", body["objects"]![1]!["actions"] is not null);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("99999999999999999999")]
    [InlineData("1000001")]
    public async Task An_odd_or_too_large_size_is_that_objects_error(string size)
    {
        var (_, body) = await world.BatchAsync(world.Owner.Token, "owner/open.git", $$"""{"operation":"upload","objects":[{"oid":"{{Unknown}}","size":{{size}}}]}""");
        Assert.Equal(422, (int)body!["objects"]![0]!["error"]!["code"]!);
        Assert.Null(body["objects"]![0]!["actions"]);
    }

    [Fact]
    public async Task Another_size_than_the_object_has_is_an_error()
    {
        var there = await world.GivenAsync(world.Owner, "owner/open.git");
        var (_, body) = await world.BatchAsync(world.Owner.Token, "owner/open.git", LfsWorld.Body("upload", (LfsWorld.Sha(there), there.Length + 1)));
        Assert.Equal(422, (int)body!["objects"]![0]!["error"]!["code"]!);
    }

    /// <summary>Threat row 9: an operation that is not known is neither of the two.</summary>
    [Theory]
    [InlineData("{}", 400)]
    [InlineData("[]", 400)]
    [InlineData("{\"operation\":", 400)]
    [InlineData("{\"operation\":\"verify\",\"objects\":[]}", 400)]
    [InlineData("{\"operation\":\"Download\",\"objects\":[]}", 400)]
    [InlineData("{\"operation\":[\"download\"],\"objects\":[]}", 400)]
    [InlineData("{\"operation\":\"download\",\"objects\":{}}", 400)]
    [InlineData("{\"operation\":\"download\",\"hash_algo\":\"sha512\",\"objects\":[]}", 409)]
    [InlineData("{\"operation\":\"download\",\"objects\":[]}", 200)]
    public async Task A_body_that_is_no_batch_is_told_why(string body, int expected)
    {
        var (response, answer) = await world.BatchAsync(world.Owner.Token, "owner/gated.git", body);
        Assert.Equal(expected, (int)response.StatusCode);
        if (expected != 200)
        {
            Assert.Equal("application/vnd.git-lfs+json", response.Content.Headers.ContentType!.MediaType);
            Assert.False(string.IsNullOrEmpty((string?)answer!["message"]));
            Assert.Equal((string?)answer["message"], (string?)answer["error"]);
        }
    }

    [Fact]
    public async Task Batches_have_a_limit_in_objects_and_in_bytes()
    {
        var objects = Enumerable.Range(0, 10_001).Select(i => (i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture), 1L)).ToArray();
        var (many, answer) = await world.BatchAsync(world.Owner.Token, "owner/open.git", LfsWorld.Body("upload", objects));
        Assert.Equal((422, true), ((int)many.StatusCode, ((string)answer!["message"]!).Contains("10000", StringComparison.Ordinal)));
        var (full, body) = await world.BatchAsync(world.Owner.Token, "owner/open.git", LfsWorld.Body("upload", objects[..10_000]));
        Assert.Equal((200, 10_000), ((int)full.StatusCode, body!["objects"]!.AsArray().Count));
        var (large, _) = await world.BatchAsync(world.Owner.Token, "owner/open.git", new string(' ', (8 * 1024 * 1024) + 1));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    /// <summary>Reading passes the gate, uploading needs the right to write, or to propose and the gate; nobody is asked for credentials.</summary>
    [Fact]
    public async Task Who_may_do_what()
    {
        var upload = LfsWorld.Body("upload", (Unknown, 1));
        var download = LfsWorld.Body("download", (LfsWorld.SecretOid, LfsWorld.Secret.Length));
        foreach (var (token, body, repository, expected) in new[]
        {
            (null, upload, "owner/open.git", 401), (world.Stranger.Token, upload, "owner/open.git", 200), (world.Reader.Token, upload, "owner/gated.git", 200),
            (world.Stranger.Token, upload, "owner/gated.git", 403), (world.Stranger.Token, upload, "owner/private.git", 404),
            (world.Owner.Token, upload, "owner/gated.git", 200), (null, download, "owner/gated.git", 401), (world.Stranger.Token, download, "owner/gated.git", 403),
            (world.Reader.Token, download, "owner/gated.git", 200), (world.Owner.Token, download, "owner/gated.git", 200), (null, download, "owner/open.git", 200),
            (null, download, "owner/private.git", 401), (world.Reader.Token, download, "owner/private.git", 404), ("hf_thisisnotatokenatallbutlooksabitlikeoneitdoes", download, "owner/open.git", 401),
        })
        {
            var (response, answer) = await world.BatchAsync(token, repository, body);
            Assert.True(expected == (int)response.StatusCode, $"{repository}: {response.StatusCode}");
            Assert.Equal(expected == 401 ? ["Basic"] : [], response.Headers.WwwAuthenticate.Select(h => h.Scheme));
            Assert.Equal(expected == 200, answer!["objects"] is not null);
            Assert.Equal(expected == 200, answer["message"] is null);
        }
    }

    /// <summary>An answer by a transfer that the client did not name is lost on it.</summary>
    [Theory]
    [InlineData("upload", """["xet"]""", 422, "\"basic\" or \"multipart\"")]
    [InlineData("upload", """["xet","ssh",5]""", 422, "\"basic\" or \"multipart\"")]
    [InlineData("download", """["multipart"]""", 422, "\"basic\"")]
    [InlineData("upload", """["multipart"]""", 200, "multipart")]
    [InlineData("upload", "[]", 200, "basic")]
    [InlineData("upload", "null", 200, "basic")]
    [InlineData("download", """["xet","basic"]""", 200, "basic")]
    public async Task Only_transfers_that_were_named_are_used(string operation, string transfers, int status, string said)
    {
        var body = JsonNode.Parse(LfsWorld.Body(operation, (Unknown, 10)))!;
        body["transfers"] = JsonNode.Parse(transfers);
        var (response, answer) = await world.BatchAsync(world.Owner.Token, "owner/open.git", body.ToJsonString());
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 200)
            Assert.Equal(said, (string)answer!["transfer"]!);
        else
            Assert.Contains(said, (string)answer!["message"]!, StringComparison.Ordinal);
    }

    /// <summary>Threat row 31: addresses are made from the configured address, whatever the client calls us.</summary>
    [Fact]
    public async Task A_clients_Host_header_is_in_no_address()
    {
        using var client = world.Client(world.Owner.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/owner/open.git/info/lfs/objects/batch");
        request.Headers.Host = "evil.example";
        request.Content = new StringContent(LfsWorld.Body("upload", (Unknown, 1)));
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("evil.example", text, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Owner.Token, text, StringComparison.Ordinal);
    }

    /// <summary>Threat row 11 and contract 7.8: there are no locks, and git-lfs is told so without a warning.</summary>
    [Fact]
    public async Task Locks_are_not_there_for_whoever_may_see_the_repository()
    {
        foreach (var path in (string[])["locks", "locks/verify", "locks/1/unlock"])
        {
            foreach (var (token, repository, expected) in new[] { (null, "owner/gated.git", 404), (world.Stranger.Token, "owner/gated", 404), (null, "owner/private.git", 401) })
            {
                using var response = await world.Client(token).PostAsync($"/{repository}/info/lfs/{path}", new StringContent("{}"));
                Assert.Equal(expected, (int)response.StatusCode);
                Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]);
            }
        }
    }

    private static string Shape(JsonNode answer, string oid) =>
        System.Text.RegularExpressions.Regex.Replace(answer.ToJsonString(), $"(?<=/{oid}/(verify/)?)[A-Za-z0-9_-]+", m => new string('x', m.Length)).Replace(oid, "OID", StringComparison.Ordinal);
}
