using System.Net;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Behind a proxy with a path of its own, whether it cuts that path off or passes it on: every address is the one that clients know (contract 1.8).</summary>
public sealed class PublicAddressTests(PublicAddressTests.World world) : IClassFixture<PublicAddressTests.World>
{
    [Theory]
    [InlineData("")]
    [InlineData("/base")]
    public async Task Addresses_and_redirects_carry_the_public_path(string passedOn)
    {
        using var client = world.Client();
        using var list = await client.GetAsync($"{passedOn}/api/models?limit=1");
        Assert.StartsWith("<https://hub.example/base/api/models?limit=1&cursor=", list.Headers.GetValues("Link").Single(), StringComparison.Ordinal);

        using var moved = await client.GetAsync($"{passedOn}/OWNER/one/resolve/refs%2Fheads%2Fmain/config.json?download=true");
        Assert.Equal(HttpStatusCode.TemporaryRedirect, moved.StatusCode);
        Assert.Equal("/base/owner/one/resolve/refs%2Fheads%2Fmain/config.json?download=true", moved.Headers.Location!.OriginalString);

        using var file = await client.GetAsync($"{passedOn}/owner/one/resolve/main/config.json");
        Assert.Equal("{}", await file.Content.ReadAsStringAsync());

        using var gated = await client.GetAsync($"{passedOn}/owner/gated/resolve/main/config.json");
        Assert.Equal("https://hub.example/base/owner/gated", gated.Headers.GetValues("X-Gate-Page").Single());
    }

    public sealed class World : HubApplication
    {
        protected override IEnumerable<string> Settings => ["--RepoHost:PublicUrl=https://hub.example/base/"];

        protected override async Task FillAsync()
        {
            await AddPersonAsync("owner", TokenRole.Write);
            foreach (var name in (string[])["one", "two"])
                await AddRepositoryAsync(RepositoryType.Model, $"owner/{name}", new Dictionary<string, string> { ["config.json"] = "{}" });
            await AddRepositoryAsync(RepositoryType.Model, "owner/gated", new Dictionary<string, string> { ["README.md"] = "---\ngated: auto\n---\n", ["config.json"] = "{}" });
        }
    }
}
