using System.Net;
using System.Text.Json;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>llama.cpp looks for files in the list of a repository by their hashes. Where the gate masked them it told a refused person that there were no files.</summary>
public sealed class LlamaCppTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private const string Agent = "llama-cpp/b6500";

    [Theory]
    [InlineData("nobody", 401, "You must have access to it and be authenticated to access it.")]
    [InlineData("stranger", 403, "you are not in the authorized list. Visit ")]
    [InlineData("pending", 403, "is awaiting a review from the repo authors.")]
    [InlineData("rejected", 403, "has been rejected by the repo's authors.")]
    public async Task Who_is_refused_reads_why(string caller, int status, string sentence)
    {
        foreach (var (url, agent) in new[] { ("/api/models/acme/gated/tree/main?recursive=true", Agent), ("/api/models/acme/gated/tree/nope", Agent), ("/api/datasets/acme/gated/tree/main", Agent) })
        {
            using var response = await GetAsync(url, world.Tokens[caller], agent);
            Assert.Equal((status, "GatedRepo", "application/json"), ((int)response.StatusCode, response.Headers.GetValues("X-Error-Code").Single(), response.Content.Headers.ContentType!.MediaType));
            using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            Assert.Contains(sentence, body.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        // Others read the list as before, with what the gate leaves of it.
        using var other = await GetAsync("/api/models/acme/gated/tree/main", world.Tokens[caller], "unknown/None; hf_hub/2.4.0; python/3.11.7");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Contains(new string('*', 64), await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/models/acme/gated/tree/main", "accepted")]
    [InlineData("/api/models/acme/gated/tree/main", "author")]
    [InlineData("/api/models/acme/open/tree/main", "nobody")]
    public async Task Who_passes_the_gate_gets_the_list(string url, string caller)
    {
        using var response = await GetAsync(url, world.Tokens[caller], Agent);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("***", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> GetAsync(string url, string? token, string agent)
    {
        using var client = world.Client(token);
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        return await client.GetAsync(url);
    }
}
