using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RepoHost.Data;
using RepoHost.Tests.Accounts;
using RepoHost.Tests.SmartHttp;
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
        // Routing tells of every address that it looks up, which plain downloads pass by.
        Assert.Contains("/api/whoami-v2", said, StringComparison.Ordinal);
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

    /// <summary>Threat row 29: as people write remotes in scripts. git sends the name and password of the address as Basic; other programs send the address itself.</summary>
    [Fact]
    public async Task A_token_in_a_remote_s_address_is_in_no_line_and_no_answer()
    {
        var (owner, wrong) = (world.Owner.Token, world.Owner.Token[..^1] + "x");
        using (var git = new GitClient(null))
        {
            string Remote(string credentials, string repository) => $"http://{credentials}@{world.Address.Authority}/{repository}";
            git.Must("clone", "-q", Remote($"user:{owner}", "owner/gated"), "work");
            git.Write("work/notes.txt", "notes\n");
            git.Commit("work");
            git.In("work", "push", "-q", "origin", "main");
            git.Write("work/README.md", "---\ngated: [manual\n---\n");
            git.Commit("work");
            var refused = git.TryIn("work", "push", "origin", "main");
            Assert.Contains("remote: ", refused.Said, StringComparison.Ordinal);
            AssertSilent(refused.Said, owner);
            foreach (var url in new[] { Remote($"user:{wrong}", "owner/gated"), Remote($"user:{owner}", "owner/missing"), Remote($"{owner}:", "owner/missing"), Remote($"user:{world.Reader.Token}", "owner/missing") })
                Assert.False(git.Run("clone", url, "never").Succeeded);
        }

        foreach (var (credentials, path) in new[] { ($"user:{owner}", "/owner/gated/resolve/main/config.json"), ($"user:{wrong}", "/owner/gated/info/refs?service=git-upload-pack"), ($"{owner}:", "/owner/missing") })
            AssertSilent(await AskWithWholeAddressAsync($"http://{credentials}@{world.Address.Authority}{path}"), owner, wrong);

        Assert.Contains("/owner/gated/git-receive-pack", world.Logs.Text, StringComparison.Ordinal);
        AssertSilent(world.Logs.Text, owner, wrong, world.Reader.Token);
    }

    private static void AssertSilent(string said, params string[] secrets)
    {
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, said, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{secret}")), said, StringComparison.Ordinal);
        }
    }

    /// <summary>The request line of RFC 9112, 3.2.2, which proxies get: with all that the person typed.</summary>
    private async Task<string> AskWithWholeAddressAsync(string address)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(world.Address.Host, world.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {address} HTTP/1.1\r\nHost: {world.Address.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = await reader.ReadToEndAsync(patience.Token);
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        return answer;
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
