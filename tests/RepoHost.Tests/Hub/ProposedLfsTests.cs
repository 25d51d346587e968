using System.Net;
using System.Text.Json.Nodes;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// People who may only propose bring the objects of their pull requests by LFS, as a client does that deletes its file before it commits. They had to send them with the
/// commit, where such a client has nothing left to send.
/// </summary>
public sealed class ProposedLfsTests(LfsWorld world, LimitsWorld limits) : IClassFixture<LfsWorld>, IClassFixture<LimitsWorld>
{
    [Fact]
    public async Task An_object_that_was_uploaded_becomes_part_of_a_pull_request()
    {
        foreach (var (person, repository) in new[] { (world.Stranger, "owner/open"), (world.Reader, "owner/gated") })
        {
            var content = await world.GivenAsync(person, $"{repository}.git");
            var oid = LfsWorld.Sha(content);
            var verify = await world.BatchAsync(person.Token, repository, LfsWorld.Body("upload", (oid, content.Length)));
            Assert.Null(verify.Body!["objects"]![0]!["actions"]);

            var commit = await new CommitRequest().Lfs("data/w.bin", oid, content.Length).SendAsync(world, person.Token, repository, query: "?create_pr=1");
            commit.AssertDone();
            var revision = $"refs%2Fpr%2F{commit.Json.GetProperty("pullRequestUrl").GetString()!.Split('/')[^1]}";
            Assert.Equal(content, await world.Client(person.Token).GetByteArrayAsync($"/{repository}/resolve/{revision}/data/w.bin"));
        }
    }

    [Fact]
    public async Task Large_objects_come_in_parts()
    {
        var content = LfsWorld.Bytes(6_000);
        var body = JsonNode.Parse(LfsWorld.Body("upload", (LfsWorld.Sha(content), content.Length)))!;
        body["transfers"] = new JsonArray("basic", "multipart");
        var (_, answer) = await world.BatchAsync(world.Stranger.Token, "owner/open", body.ToJsonString());
        var upload = answer!["objects"]![0]!["actions"]!["upload"]!;
        var parts = new JsonArray();
        for (var part = 1; part <= 3; part++)
        {
            using var client = world.Client();
            using var put = await client.PutAsync((string)upload["header"]![$"{part:D5}"]!, new ByteArrayContent(content[((part - 1) * 2000)..(part * 2000)]));
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
            parts.Add(new JsonObject { ["partNumber"] = part, ["etag"] = put.Headers.ETag!.Tag });
        }

        using var completing = world.Client();
        using var completed = await completing.PostAsync((string)upload["href"]!, new StringContent(new JsonObject { ["oid"] = LfsWorld.Sha(content), ["parts"] = parts }.ToJsonString()));
        Assert.Equal(HttpStatusCode.OK, completed.StatusCode);
        Assert.True(world.HasBlob(LfsWorld.Sha(content)));
    }

    /// <summary>A right to propose is not one to read: the gate is asked for the batch and again when the address is used.</summary>
    [Fact]
    public async Task Whom_the_gate_turns_away_brings_nothing()
    {
        var content = LfsWorld.Bytes(100);
        var (refused, answer) = await world.BatchAsync(world.Stranger.Token, "owner/gated.git", LfsWorld.Body("upload", (LfsWorld.Sha(content), content.Length)));
        Assert.Equal((HttpStatusCode.Forbidden, "GatedRepo"), (refused.StatusCode, refused.Headers.GetValues("X-Error-Code").Single()));
        Assert.Contains("is restricted", (string)answer!["message"]!, StringComparison.Ordinal);

        var person = await world.AddPersonAsync("was-let-in", TokenRole.Write);
        await world.LetInAsync(person.Name);
        var href = await world.UploadHrefAsync(person, "owner/gated.git", content);
        await world.LetInAsync(person.Name, "rejected");
        using var put = await world.PutAsync(href, content);
        Assert.Equal((HttpStatusCode.Forbidden, false), (put.StatusCode, world.HasBlob(LfsWorld.Sha(content))));

        await world.LetInAsync(person.Name, "accepted");
        using var again = await world.PutAsync(href, content);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task They_stay_within_what_proposals_may_hold()
    {
        var (owner, stranger) = (await limits.NewPersonAsync(), await limits.NewPersonAsync());
        var record = await limits.NewRepositoryAsync(owner.Name);
        var (first, second, large) = (LimitsWorld.Bytes(150_000), LimitsWorld.Bytes(150_000), LimitsWorld.Bytes(300_000));

        var answers = await limits.BatchAsync(record, stranger, "basic", first, second, large);
        Assert.NotNull(answers[0]!["actions"]);
        Assert.Equal((507, 413), ((int)answers[1]!["error"]!["code"]!, (int)answers[2]!["error"]!["code"]!));
        Assert.Contains("Without the right to write, one person may add 200 kB", (string)answers[1]!["error"]!["message"]!, StringComparison.Ordinal);

        // Addresses of two batches, each of which fits alone: they are not both used up.
        var other = (await limits.BatchAsync(record, stranger, "basic", second))[0]!;
        var puts = await Task.WhenAll(limits.PutAsync(Href(answers[0]!), first), limits.PutAsync(Href(other), second));
        Assert.Equal([200, 507], puts.Select(put => put.Status).Order());
        Assert.Equal(150_000, (await limits.SizeAsync(record)).LfsBytes);
        Assert.Single(new[] { first, second }, limits.HasBlob);

        // It is theirs: the owner has the room of the repository.
        Assert.Equal(200, (await limits.PutAsync(Href((await limits.BatchAsync(record, owner, "basic", large))[0]!), large)).Status);
    }

    private static string Href(JsonNode answer) => (string)answer["actions"]!["upload"]!["href"]!;
}
