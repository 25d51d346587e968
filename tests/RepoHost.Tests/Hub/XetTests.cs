using System.Net;
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
}
