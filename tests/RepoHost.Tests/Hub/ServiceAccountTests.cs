using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>A machine on the wire: what it may, what it may not, and that lists and the report say what it is.</summary>
public sealed class ServiceAccountTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>, IAsyncLifetime
{
    private string bot = "";
    private string token = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServiceAccounts Accounts => world.Services.GetRequiredService<ServiceAccounts>();

    public async ValueTask InitializeAsync()
    {
        bot = $"bot-{world.NewName()}";
        var account = (await Accounts.AddAsync("acme", bot, "Nightly builds", null, Cancel)).Account!;
        token = await world.AddTokenAsync(account, TokenRole.Write);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_is_granted_access_like_a_person_and_loses_it_at_once()
    {
        var gated = await world.AddAsync("owner", "---\ngated: manual\n---\n");
        var file = $"/{gated.FullName}/resolve/main/config.json";
        await world.SendAsync("GET", file, null, token).Is(403);
        await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/grant", new { user = bot }, "owner").Is(200);
        await world.SendAsync("GET", file, null, token).Is(200);
        await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/handle", new { user = bot, status = "rejected" }, "owner").Is(200);
        await world.SendAsync("GET", file, null, token).Is(403);
    }

    [Fact]
    public async Task The_lists_and_the_report_say_that_it_is_a_machine_and_write_people_as_before()
    {
        var gated = await world.AddAsync("owner", "---\ngated: manual\n---\n");
        foreach (var user in (string[])[bot, "stranger"])
            await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/grant", new { user }, "owner").Is(200);

        var list = await ArrayAsync($"/api/models/{gated.FullName}/user-access-request/accepted");
        Assert.Equal(["_id", "avatarUrl", "isPro", "fullname", "user", "type", "isService", "verifiedOrgNames"], Keys(list.Single(r => (string)r!["user"]!["user"]! == bot)!["user"]));
        Assert.Equal("user", (string)list.Single(r => (string)r!["user"]!["user"]! == bot)!["user"]!["type"]!);
        Assert.Equal(["_id", "avatarUrl", "isPro", "fullname", "user", "type", "verifiedOrgNames"], Keys(list.Single(r => (string)r!["user"]!["user"]! == "stranger")!["user"]));

        var report = await ArrayAsync($"/{gated.FullName}/user-access-report");
        Assert.Equal(["fullname", "user", "isService", "time", "reviewedAt", "status", "grantedBy"], Keys(report.Single(r => (string)r!["user"]! == bot)));
        Assert.True((bool)report.Single(r => (string)r!["user"]! == bot)!["isService"]!);
        Assert.Equal(["fullname", "user", "time", "reviewedAt", "status", "grantedBy"], Keys(report.Single(r => (string)r!["user"]! == "stranger")));
    }

    [Fact]
    public async Task It_neither_asks_nor_takes_a_request_back_though_tokens_may_ask_here()
    {
        var gated = await world.AddAsync("owner", "---\ngated: auto\n---\n");
        const string Sentence = "A service account can't ask for access or take a request back. An author of the repository can grant it access.";
        Assert.Equal(Sentence, (await world.SendAsync("POST", $"/{gated.FullName}/ask-access", "{}", token).Is(403)).Error);
        await world.SendAsync("GET", $"/{gated.FullName}/resolve/main/config.json", null, token).Is(403);

        await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/grant", new { user = bot }, "owner").Is(200);
        await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/handle", new { user = bot, status = "pending" }, "owner").Is(200);
        Assert.Equal(Sentence, (await world.SendAsync("POST", $"/api/models/{gated.FullName}/user-access-request/cancel", null, token).Is(403)).Error);
    }

    [Fact]
    public async Task It_makes_repositories_in_its_organization_by_its_role_and_none_of_its_own()
    {
        Assert.Contains("owns no repositories", (await world.SendAsync("POST", "/api/repos/create", """{"name":"mine"}""", token).Is(403)).Error, StringComparison.Ordinal);
        var name = world.NewName();
        await world.SendAsync("POST", "/api/repos/create", $$"""{"name":"acme/{{name}}"}""", token).Is(403);
        await world.SendAsync("PUT", $"/api/organizations/acme/members/{bot}/role", """{"role":"admin"}""", world.Tokens["boss"]).Is(400);
        await world.SendAsync("PUT", $"/api/organizations/acme/members/{bot}/role", """{"role":"contributor"}""", world.Tokens["boss"]).Is(200);
        await world.SendAsync("POST", "/api/repos/create", $$"""{"name":"acme/{{name}}"}""", token).Is(200);
        (await new CommitRequest().Text("built.txt", "x").SendAsync(world, token, $"acme/{name}")).AssertDone();
        await world.SendAsync("POST", "/api/repos/move", $$"""{"fromRepo":"acme/{{name}}","toRepo":"{{bot}}/{{name}}","type":"model"}""", world.Tokens["boss"]).Is(403);
    }

    [Fact]
    public async Task It_makes_no_organizations_and_does_not_leave_its_own()
    {
        Assert.Equal("A service account makes no organizations.", (await world.SendAsync("POST", "/api/organizations", """{"name":"of-a-bot"}""", token).Is(403)).Error);
        await world.SendAsync("PUT", $"/api/organizations/acme/members/{bot}/role", """{"role":"read"}""", world.Tokens["boss"]).Is(200);
        await world.SendAsync("POST", "/api/organizations/acme/leave", null, token).Is(403);
        await world.SendAsync("GET", "/api/organizations/acme/members", null, token).Is(200);
    }

    [Fact]
    public async Task Who_it_is_has_no_mail_address_and_says_that_it_is_a_machine()
    {
        var me = (await world.SendAsync("GET", "/api/whoami-v2", null, token).Is(200)).Json;
        Assert.Equal(["type", "id", "name", "fullname", "emailVerified", "isService", "canPay", "billingMode", "periodEnd", "isPro", "avatarUrl", "orgs", "auth"], me.Select(p => p.Key));
        Assert.Equal((bot, true), ((string)me["name"]!, (bool)me["isService"]!));
        var person = (await world.SendAsync("GET", "/api/whoami-v2", null, world.Tokens["stranger"]).Is(200)).Json;
        Assert.Equal(["type", "id", "name", "fullname", "email", "emailVerified", "canPay", "billingMode", "periodEnd", "isPro", "avatarUrl", "orgs", "auth"], person.Select(p => p.Key));
    }

    /// <summary>It opens no page, so the refusal names those who can give it the right.</summary>
    [Fact]
    public async Task A_fine_grained_token_of_it_hears_who_can_give_the_right_that_it_lacks()
    {
        var repository = await world.AddAsync(isPrivate: true);
        await world.SendAsync("PUT", $"/api/organizations/acme/members/{bot}/role", """{"role":"write"}""", world.Tokens["boss"]).Is(200);
        var limited = (await world.Services.GetRequiredService<TokenIssuer>().IssueAsync(
            (await Accounts.FindAsync(null, bot, Cancel))!, "limited", new TokenGrant(false, [new(ScopeEntity.Of(repository), TokenRights.Read)]), null, Cancel)).Text;
        await world.SendAsync("GET", $"/{repository.FullName}/resolve/main/config.json", null, limited).Is(200);
        Assert.Equal(
            $"This fine-grained token lacks the right 'Write' on {repository.FullName}. The admins of the organization that {bot} belongs to can change it.",
            (await world.SendAsync("POST", $"/api/models/{repository.FullName}/branch/side", "{}", limited).Is(403)).Error);
    }

    [Fact]
    public async Task A_decision_of_it_is_marked_as_a_machine_s_in_the_report()
    {
        var gated = await world.AddAsync("acme", "---\ngated: manual\n---\n");
        await world.SendAsync("PUT", $"/api/organizations/acme/members/{bot}/role", """{"role":"write"}""", world.Tokens["boss"]).Is(200);
        await world.SendAsync("POST", $"/api/models/{gated.FullName}/user-access-request/grant", """{"user":"stranger"}""", token).Is(200);
        var report = JsonNode.Parse((await world.SendAsync("GET", $"/{gated.FullName}/user-access-report", null, world.Tokens["boss"]).Is(200)).Text)!.AsArray().Single()!;
        Assert.Equal((bot, true), ((string)report["grantedBy"]!["user"]!, (bool)report["grantedBy"]!["isService"]!));
    }

    [Fact]
    public async Task Disabled_or_deleted_it_is_401_with_the_next_request()
    {
        await world.SendAsync("GET", "/api/whoami-v2", null, token).Is(200);
        var users = world.Services.GetRequiredService<UserAccounts>();
        await users.DisableAsync(bot, true, Cancel);
        await world.SendAsync("GET", "/api/whoami-v2", null, token).Is(401);
        await users.DisableAsync(bot, false, Cancel);
        await world.SendAsync("GET", "/api/whoami-v2", null, token).Is(200);
        await Accounts.DeleteAsync((await Accounts.FindAsync(null, bot, Cancel))!.Id, Cancel);
        await world.SendAsync("GET", "/api/whoami-v2", null, token).Is(401);
    }

    [Fact]
    public async Task Deleted_it_stays_in_the_report_as_a_service_account_that_is_gone()
    {
        var gated = await world.AddAsync("owner", "---\ngated: manual\n---\n");
        await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/grant", new { user = bot }, "owner").Is(200);
        await Accounts.DeleteAsync((await Accounts.FindAsync(null, bot, Cancel))!.Id, Cancel);
        var report = (await ArrayAsync($"/{gated.FullName}/user-access-report")).Single()!;
        Assert.Equal(("Deleted service account", "accepted", true), ((string)report["fullname"]!, (string)report["status"]!, (bool)report["isService"]!));
        Assert.StartsWith("deleted-service--", (string)report["user"]!, StringComparison.Ordinal);
        var line = (await world.SendAsync("GET", $"/{gated.FullName}/user-access-report?format=csv", null, world.Tokens["owner"]).Is(200)).Text.Split("\r\n")[1];
        Assert.Contains(",\"service\"", line, StringComparison.Ordinal);
        Assert.Empty(await ArrayAsync($"/api/models/{gated.FullName}/user-access-request/accepted"));
    }

    private async Task<JsonArray> ArrayAsync(string url) => JsonNode.Parse((await world.SendAsync("GET", url, null, world.Tokens["owner"]).Is(200)).Text)!.AsArray();

    private static IEnumerable<string> Keys(JsonNode? node) => node!.AsObject().Select(p => p.Key);
}
