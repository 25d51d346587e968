using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Access;

/// <summary>With decisions kept in the process, as on a single machine.</summary>
public sealed class RevocationTests(World world) : IClassFixture<StartedWorld>
{
    [Fact]
    public async Task After_the_answer_to_a_rejection_no_new_download_is_served()
    {
        const string id = "acme/revoked";
        await world.Server.AddLargeRepositoryAsync(id, 1_000_003);
        await world.GrantAsync($"models/{id}", "dana");

        await RevocationStory.TellAsync(world.Server, id, world.Owner, "dana", world.Accepted, rounds: 5);
    }

    [Fact]
    public async Task A_revoked_token_ends_with_the_command()
    {
        var token = await world.Server.AddPersonAsync("tom");
        using var client = world.Server.As(token);
        using (var before = await client.GetAsync("/api/whoami-v2", TestContext.Current.CancellationToken))
            Assert.True(before.IsSuccessStatusCode);
        var listed = await world.Server.RunAsync("token", "list", "tom");
        var tokenId = System.Text.RegularExpressions.Regex.Match(listed, "[0-9a-f]{24,32}").Value;
        Assert.False(tokenId.Length == 0, listed);

        await world.Server.RunAsync("token", "revoke", tokenId);

        using var after = await client.GetAsync($"/{World.Open}/resolve/main/config.json", TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)after.StatusCode);
    }

    [Fact]
    public async Task A_disabled_person_is_out_with_the_command()
    {
        var token = await world.Server.AddPersonAsync("uta");
        await world.GrantAsync($"models/{World.Gated}", "uta");
        using var client = world.Server.As(token);
        using (var before = await client.GetAsync($"/{World.Gated}/resolve/main/config.json", TestContext.Current.CancellationToken))
            Assert.Equal(200, (int)before.StatusCode);

        await world.Server.RunAsync("user", "disable", "uta");

        using var after = await client.GetAsync($"/{World.Gated}/resolve/main/config.json", TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)after.StatusCode);
    }
}
