using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>Strangers could fill anybody's open repository by pull requests. Now what is over the limits is refused, and refusing it is cheap.</summary>
[Collection(LoadWorld.Collection)]
public sealed class ProposalAttackTests(LoadWorld world)
{
    [Fact]
    public async Task Strangers_who_propose_more_than_they_may_slow_nobody_down()
    {
        for (var number = 0; number < LoadWorld.Proposals; number++)
            await world.PostAsync(world.Attacker, $"/api/models/{LoadWorld.Open}/discussions", new { title = "Mine", pullRequest = true });
        await world.CommitAsync(world.Attacker, LoadWorld.Open, "refs/pr/1", "first.txt", Text(LoadWorld.ProposalBytes * 6 / 10));
        var statuses = await LoadComparison.HoldsAsync(world.Download, () => Attack.Start(
            world.Server.Address,
            attackers: 4,
            Commit(world.SecondAttacker, "main?create_pr=1", LoadWorld.ProposalBytes * 3),
            Commit(world.Attacker, "refs%2Fpr%2F1", LoadWorld.ProposalBytes * 6 / 10),
            RawRequest.Json("POST", $"/api/models/{LoadWorld.Open}/discussions", world.Attacker, new { title = "One more", pullRequest = true }),
            RawRequest.WithBody("POST", $"/{LoadWorld.Open}.git/info/lfs/objects/batch", world.Attacker, "application/vnd.git-lfs+json", Batch(200))));
        // 200 is a batch, which says of each object why it is refused.
        Assert.Equal([200, 403, 413, 507], statuses.Keys.Order());
        using var client = world.Server.As(world.Attacker);
        using var content = new ByteArrayContent(Batch(3)) { Headers = { ContentType = new("application/vnd.git-lfs+json") } };
        using var answer = await client.PostAsync($"/{LoadWorld.Open}.git/info/lfs/objects/batch", content);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.All(json.RootElement.GetProperty("objects").EnumerateArray(), one => Assert.True(one.TryGetProperty("error", out _) && !one.TryGetProperty("actions", out _), $"{one}"));
    }

    private static byte[] Commit(string token, string revision, int bytes) =>
        RawRequest.WithBody(
            "POST", $"/api/models/{LoadWorld.Open}/commit/{revision}", token, "application/x-ndjson", LoadWorld.CommitLines("large.txt", Text(bytes)));

    private static byte[] Batch(int objects) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        operation = "upload",
        transfers = (string[])["basic"],
        objects = Enumerable.Range(0, objects).Select(number => new { oid = number.ToString("x64", CultureInfo.InvariantCulture), size = 1_000_000_000 }),
    });

    /// <summary>Text that nothing makes much smaller.</summary>
    private static string Text(int length) => RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_", length);
}
