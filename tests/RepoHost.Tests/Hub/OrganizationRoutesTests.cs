using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Organizations over HTTP, beside what <see cref="OrganizationTableTests"/> asks.</summary>
public sealed class OrganizationRoutesTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
    [Fact]
    public async Task Whoever_makes_an_organization_administers_it()
    {
        var made = await world.SendAsync("POST", "/api/organizations", """{"name":"Made","fullname":"Made of people"}""", world.Tokens["stranger"]).Is(200);
        Assert.Equal(("Made", $"{world.Address}Made"), ((string)made.Json["name"]!, (string)made.Json["url"]!));
        var me = (await world.SendAsync("GET", "/api/whoami-v2", null, world.Tokens["stranger"]).Is(200)).Json;
        Assert.Equal(("Made", "Made of people", "admin"), ((string)me["orgs"]![0]!["name"]!, (string)me["orgs"]![0]!["fullname"]!, (string)me["orgs"]![0]!["roleInOrg"]!));
        await world.SendAsync("POST", "/api/repos/create", """{"name":"x","organization":"made"}""", world.Tokens["stranger"]).Is(200);
    }

    [Theory]
    [InlineData("""{"name":"ACME"}""", 409, "The name ACME is taken.")]
    [InlineData("""{"name":"owner"}""", 409, "The name owner is taken.")]
    [InlineData("""{"name":"settings"}""", 400, "is not a reserved word")]
    [InlineData("""{"name":"a..b"}""", 400, "A name has 2 to 42")]
    [InlineData("""{"name":"fine","fullname":"two\nlines"}""", 400, "no line breaks")]
    [InlineData("""{"fullname":"x"}""", 400, "at name")]
    [InlineData("""{"name":7}""", 400, "at name")]
    [InlineData("[]", 400, "expected object")]
    public async Task What_is_wrong_with_a_new_organization_is_said(string body, int status, string sentence) =>
        Assert.Contains(sentence, (await world.SendAsync("POST", "/api/organizations", body, world.Tokens["stranger"]).Is(status)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_token_that_may_only_read_makes_changes_and_leaves_nothing()
    {
        await world.SendAsync("POST", "/api/organizations", """{"name":"by-reading"}""", world.Tokens["boss with a read token"]).Is(403);
        await world.SendAsync("GET", "/api/organizations/acme/members", null, world.Tokens["boss with a read token"]).Is(200);
        await world.SendAsync("PUT", "/api/organizations/acme/settings", """{"fullname":"x"}""", world.Tokens["boss with a read token"]).Is(403);
        await world.SendAsync("POST", "/api/organizations/acme/leave", null, world.Tokens["boss with a read token"]).Is(403);
        await world.SendAsync("POST", "/api/organizations", """{"name":"by-nobody"}""", null).Is(401);
    }

    [Fact]
    public async Task The_members_are_shown_to_members_and_never_with_their_mail_addresses()
    {
        var list = await world.SendAsync("GET", "/api/organizations/ACME/members", null, world.Tokens["reader"]).Is(200);
        var boss = JsonNode.Parse(list.Text)!.AsArray().Single(m => (string)m!["user"]! == "boss")!;
        Assert.Equal(["_id", "avatarUrl", "isPro", "fullname", "user", "type", "role"], boss.AsObject().Select(p => p.Key));
        Assert.Equal("admin", (string)boss["role"]!);
        Assert.DoesNotContain("@", list.Text, StringComparison.Ordinal);

        Assert.Equal("Organization not found", (await world.SendAsync("GET", "/api/organizations/acme/members", null, world.Tokens["stranger"]).Is(404)).Error);
        Assert.Equal("Organization not found", (await world.SendAsync("GET", "/api/organizations/nowhere/members", null, world.Tokens["stranger"]).Is(404)).Error);
        foreach (var name in (string[])["acme", "nowhere"])
            Assert.Equal("Invalid username or password.", (await world.SendAsync("GET", $"/api/organizations/{name}/members", null, null).Is(401)).Error);
    }

    [Fact]
    public async Task The_last_admin_can_neither_leave_nor_step_down_nor_be_removed()
    {
        await world.SendAsync("POST", "/api/organizations", """{"name":"lonely"}""", world.Tokens["owner"]).Is(200);
        foreach (var (method, url, body) in new[]
        {
            ("POST", "/api/organizations/lonely/leave", null),
            ("PUT", "/api/organizations/lonely/members/owner/role", """{"role":"write"}"""),
            ("DELETE", "/api/organizations/lonely/members/owner", (string?)null),
        })
            Assert.Equal("This is the organization's last admin. Make somebody else admin first.", (await world.SendAsync(method, url, body, world.Tokens["owner"]).Is(409)).Error);
    }

    [Fact]
    public async Task Who_leaves_or_is_removed_sees_nothing_more_with_the_next_request_and_keeps_what_they_were_granted_themselves()
    {
        var person = await world.AddPersonAsync("leaver", TokenRole.Write);
        var organizations = world.Services.GetRequiredService<Organizations>();
        await organizations.SetMemberAsync("acme", "leaver", OrganizationRole.Read, CancellationToken.None);
        var (hidden, gated) = (await world.AddAsync(isPrivate: true), await world.AddAsync(card: "---\ngated: manual\n---\n"));
        await world.SendAsync("GET", $"/{hidden.FullName}/resolve/main/config.json", null, person.Token).Is(200);
        await world.SendAsync("GET", $"/{gated.FullName}/resolve/main/config.json", null, person.Token).Is(200);

        await world.SendAsync("DELETE", "/api/organizations/acme/members/leaver", null, world.Tokens["boss"]).Is(200);
        await world.SendAsync("GET", $"/{hidden.FullName}/resolve/main/config.json", null, person.Token).Is(404);
        await world.SendAsync("GET", $"/{gated.FullName}/resolve/main/config.json", null, person.Token).Is(403);

        await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/grant", new { user = "leaver" }, "boss").Is(200);
        await organizations.SetMemberAsync("acme", "leaver", OrganizationRole.Read, CancellationToken.None);
        await world.SendAsync("POST", "/api/organizations/acme/leave", null, person.Token).Is(200);
        await world.SendAsync("GET", $"/{hidden.FullName}/resolve/main/config.json", null, person.Token).Is(404);
        await world.SendAsync("GET", $"/{gated.FullName}/resolve/main/config.json", null, person.Token).Is(200);
    }

    [Fact]
    public async Task An_invitation_is_listed_for_admins_with_the_address_and_gone_when_withdrawn()
    {
        var byName = await world.SendAsync("POST", "/api/organizations/acme/invitations", """{"user":"stranger","role":"write"}""", world.Tokens["boss"]).Is(200);
        await world.SendAsync("POST", "/api/organizations/acme/invitations", """{"email":"new@example.org","role":"read"}""", world.Tokens["boss"]).Is(200);
        var list = JsonNode.Parse((await world.SendAsync("GET", "/api/organizations/acme/invitations", null, world.Tokens["boss"]).Is(200)).Text)!.AsArray();
        Assert.Equal(["new@example.org read boss", "stranger write boss"], list.Select(i => $"{i!["email"] ?? i["user"]} {i["role"]} {i["invitedBy"]}").Order());
        foreach (var item in list)
            await world.SendAsync("DELETE", $"/api/organizations/acme/invitations/{item!["id"]}", null, world.Tokens["boss"]).Is(200);
        await world.SendAsync("DELETE", $"/api/organizations/acme/invitations/{byName.Json["id"]}", null, world.Tokens["boss"]).Is(404);
    }

    [Fact]
    public async Task An_invitation_of_one_organization_is_not_withdrawn_by_another_s_admin()
    {
        await world.SendAsync("POST", "/api/organizations", """{"name":"elsewhere"}""", world.Tokens["owner"]).Is(200);
        var id = (string)(await world.SendAsync("POST", "/api/organizations/acme/invitations", """{"user":"owner","role":"read"}""", world.Tokens["boss"]).Is(200)).Json["id"]!;
        await world.SendAsync("DELETE", $"/api/organizations/elsewhere/invitations/{id}", null, world.Tokens["owner"]).Is(404);
        await world.SendAsync("DELETE", $"/api/organizations/acme/invitations/{id}", null, world.Tokens["boss"]).Is(200);
    }

    [Theory]
    [InlineData("""{"role":"read"}""", "at user")]
    [InlineData("""{"user":"owner","email":"a@example.org","role":"read"}""", "at user")]
    [InlineData("""{"user":"owner"}""", "at role")]
    [InlineData("""{"user":"owner","role":"boss"}""", "at role")]
    [InlineData("""{"user":"nobody","role":"read"}""", "There is no user nobody.")]
    [InlineData("""{"user":"writer","role":"read"}""", "is a member already")]
    [InlineData("""{"email":"nothing","role":"read"}""", "not a mail address")]
    public async Task What_is_wrong_with_an_invitation_is_said(string body, string sentence) =>
        Assert.Contains(sentence, (await world.SendAsync("POST", "/api/organizations/acme/invitations", body, world.Tokens["boss"]).Is(400)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Nobody_is_put_into_an_organization_by_a_change_of_role()
    {
        await world.SendAsync("PUT", "/api/organizations/acme/members/stranger/role", """{"role":"read"}""", world.Tokens["boss"]).Is(404);
        await world.SendAsync("GET", "/api/organizations/acme/members", null, world.Tokens["stranger"]).Is(404);
    }

    [Fact]
    public async Task Where_new_repositories_are_private_by_default_the_client_s_word_still_counts()
    {
        await world.SendAsync("POST", "/api/organizations", """{"name":"discreet"}""", world.Tokens["owner"]).Is(200);
        await world.SendAsync("PUT", "/api/organizations/discreet/settings", """{"privateByDefault":true}""", world.Tokens["owner"]).Is(200);
        foreach (var (fields, isPrivate) in new[] { ("", true), (",\"private\":false", false), (",\"visibility\":\"public\"", false), (",\"private\":true", true), (",\"private\":null", true) })
        {
            var name = world.NewName();
            await world.SendAsync("POST", "/api/repos/create", $$"""{"name":"{{name}}","organization":"discreet"{{fields}}}""", world.Tokens["owner"]).Is(200);
            Assert.Equal((fields, isPrivate), (fields, (await world.FindAsync($"discreet/{name}"))!.Private));
        }
    }

    [Fact]
    public async Task An_organization_that_owns_repositories_says_how_many_are_in_the_way()
    {
        await world.SendAsync("POST", "/api/organizations", """{"name":"full"}""", world.Tokens["owner"]).Is(200);
        await world.SendAsync("POST", "/api/repos/create", """{"name":"full/x"}""", world.Tokens["owner"]).Is(200);
        Assert.Equal("full owns 1 repository. Move or delete them first.", (await world.SendAsync("DELETE", "/api/organizations/full", null, world.Tokens["owner"]).Is(409)).Error);
        await world.SendAsync("DELETE", "/api/repos/delete", """{"name":"full/x"}""", world.Tokens["owner"]).Is(200);
        await world.SendAsync("DELETE", "/api/organizations/full", null, world.Tokens["owner"]).Is(200);
        await world.SendAsync("GET", "/api/organizations/full/members", null, world.Tokens["owner"]).Is(404);
        await world.SendAsync("POST", "/api/organizations", """{"name":"full"}""", world.Tokens["stranger"]).Is(409);
    }

    [Fact]
    public async Task Access_is_given_to_people_and_never_to_an_organization()
    {
        var gated = await world.AddAsync(card: "---\ngated: manual\n---\n");
        var acme = await world.Services.GetRequiredService<Organizations>().FindAsync("acme", CancellationToken.None);
        foreach (var body in (string[])["""{"user":"acme"}""", $$"""{"userId":"{{acme!.Id}}"}"""])
            Assert.Equal("User not found", (await world.SendAsync("POST", $"/api/models/{gated.FullName}/user-access-request/grant", body, world.Tokens["boss"]).Is(404)).Error);
        Assert.Equal("User not found", (await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/handle", new { user = "acme", status = "accepted" }, "boss").Is(404)).Error);
        var batch = await world.PostAsync($"/api/models/{gated.FullName}/user-access-request/batch", new { status = "accepted", requests = new[] { new { user = "acme" } } }, "boss").Is(200);
        Assert.Equal("""[{"user":"acme","ok":false,"error":"user_not_found"}]""", batch.Text);
    }
}
