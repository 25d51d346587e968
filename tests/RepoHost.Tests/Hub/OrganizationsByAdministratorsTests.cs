using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>Accounts:OrganizationsByEveryone=false</c>.</summary>
public sealed class OrganizationsByAdministratorsTests : HubApplication
{
    protected override IEnumerable<string> Settings => ["--Accounts:OrganizationsByEveryone=false"];

    [Fact]
    public async Task Only_administrators_make_organizations()
    {
        var person = await AddPersonAsync("person", TokenRole.Write);
        var site = (await Services.GetRequiredService<UserAccounts>().AddAsync("site", "site@example.org", null, null, isAdministrator: true, CancellationToken.None)).User!;
        Assert.Equal((403, "On this server only administrators make organizations. Ask one of them."), await CreateAsync(person.Token));
        Assert.Equal(200, (await CreateAsync(await AddTokenAsync(site, TokenRole.Write))).Status);
    }

    private async Task<(int Status, string Text)> CreateAsync(string token)
    {
        using var client = Client(token);
        using var answer = await client.PostAsync("/api/organizations", new StringContent("""{"name":"made"}""", System.Text.Encoding.UTF8, "application/json"));
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? "" : (string)System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!);
    }
}
