using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>A client that wants to use Xet is told that there is none, and what to set (contract: no Xet).</summary>
public sealed class XetTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    [Theory]
    [InlineData("xet-read-token/main")]
    [InlineData("xet-write-token/main")]
    [InlineData("xet-write-token/refs%2Fpr%2F1")]
    public async Task The_answer_names_the_variable_that_turns_it_off(string route)
    {
        var hub = await world.NewAsync();
        using var response = await world.Client(world.Owner.Token).GetAsync($"/api/models/{hub.Id}/{route}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("HF_HUB_DISABLE_XET=1", response.Headers.GetValues("X-Error-Message").Single(), StringComparison.Ordinal);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Contains("HF_HUB_DISABLE_XET=1", body.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("X-Error-Code"));
    }

    /// <summary>The client's Xet library drops the body of the refusal above; what stands in this header the client prints before it goes there.</summary>
    [Theory]
    [InlineData("unknown/None; hf_hub/1.20.0; python/3.12", "w.bin", 300_000_000, true)]
    [InlineData("datasets/5.2.0; hf_hub/2.4.0; python/3.11.7", "w.bin", 100, true)]
    [InlineData("unknown/None; hf_hub/2.4.0; python/3.11.7", "w.bin", 100, false)]
    [InlineData("unknown/None; hf_hub/1.19.3; python/3.12", "w.bin", 100, false)]
    [InlineData("datasets/2.14.0; hf_hub/0.16.4; python/3.11.7", "w.bin", 100, false)]
    public async Task A_client_that_will_go_there_is_warned_before(string agent, string path, long size, bool warned)
    {
        var hub = await world.NewAsync();
        using var client = world.Client(world.Owner.Token);
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        using var response = await client.PostAsJsonAsync($"/api/models/{hub.Id}/preupload/main", new { files = new[] { new { path, size } } });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(warned, response.Headers.TryGetValues("X-HF-Warning", out var warnings));
        if (warned)
            Assert.Matches("^xet; This server has no Xet storage.*HF_HUB_DISABLE_XET=1", warnings!.Single());
    }
}
