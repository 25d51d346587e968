using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RepoHost.Data;
using RepoHost.Tests.Accounts;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Tokens, mail addresses and answers never reach a log, even the most verbose one, and no token's text is stored (threat rows 29, 30).</summary>
public sealed class SecretsTests(SecretsTests.World world) : IClassFixture<SecretsTests.World>
{
    private const string Answer = "Acme-Confidential-Answer";
    private const string Reason = "because-of-a-private-reason";

    [Fact]
    public async Task Nothing_secret_is_logged_or_stored()
    {
        foreach (var token in new[] { world.Reader.Token, world.Reader.Token[..^1] + "x" })
        {
            foreach (var url in (string[])["/owner/gated/resolve/main/config.json", "/api/whoami-v2", $"/api/models?token={token}", "/nothing"])
            {
                using var bearer = await world.Client(token).GetAsync(url);
                using var basic = new HttpRequestMessage(HttpMethod.Get, url);
                basic.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{token}")));
                using var answer = await world.Client().SendAsync(basic);
                Assert.Equal(bearer.StatusCode, answer.StatusCode);
            }
        }

        using (var asked = await world.Client(world.Reader.Token).PostAsync("/owner/gated/ask-access", new FormUrlEncodedContent([new("Company", Answer)])))
            Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        using (var rejected = await world.Client(world.Owner.Token).PostAsJsonAsync(
            "/api/models/owner/gated/user-access-request/handle", new { user = "reader", status = "rejected", rejectionReason = Reason }))
            Assert.Equal(HttpStatusCode.OK, rejected.StatusCode);

        var said = world.Logs.Text;
        Assert.Contains("/owner/gated/resolve/main/config.json", said, StringComparison.Ordinal);
        foreach (var secret in new[] { world.Reader.Token, world.Owner.Token, "reader@example.org", Answer, Reason })
            Assert.DoesNotContain(secret, said, StringComparison.OrdinalIgnoreCase);

        foreach (var file in Directory.EnumerateFiles(world.DataDirectory, "*", SearchOption.AllDirectories))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory);
            Assert.False(memory.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(world.Reader.Token)) >= 0, file);
        }
    }

    [Fact]
    public async Task A_token_in_the_address_is_refused_with_what_to_do()
    {
        foreach (var url in (string[])["/api/whoami-v2", "/owner/gated/resolve/main/README.md", "/api/models"])
        {
            using var response = await world.Client().GetAsync($"{url}?token={world.Reader.Token}");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains("Revoke it", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    public sealed class World : HubApplication
    {
        internal CapturedLogs Logs { get; } = new();

        internal TestPerson Owner { get; private set; } = null!;

        internal TestPerson Reader { get; private set; } = null!;

        protected override IEnumerable<string> Settings => ["--Gating:AllowRequestsByToken=true", "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=Trace", "--Logging:Console:LogLevel:Default=None"];

        protected override async Task FillAsync()
        {
            Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
            Owner = await AddPersonAsync("owner", TokenRole.Write);
            Reader = await AddPersonAsync("reader");
            await AddRepositoryAsync(RepositoryType.Model, "owner/gated", new Dictionary<string, string>
            {
                ["README.md"] = "---\ngated: manual\nextra_gated_fields:\n  Company: text\n---\n",
                ["config.json"] = "{}",
            });
        }
    }
}
