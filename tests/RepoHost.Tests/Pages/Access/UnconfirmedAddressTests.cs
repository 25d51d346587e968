using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>
/// A visitor signed up with the address of a well-known person, confirmed nothing, asked at an auto gate and downloaded; and the authors saw that address
/// without a mark.
/// </summary>
public sealed class UnconfirmedAddressTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("auto")]
    [InlineData("manual")]
    public async Task Nobody_asks_with_an_address_that_is_only_claimed_whatever_the_way(string mode)
    {
        var record = await world.AddAsync(GatePagesWorld.Card(mode));
        var person = await JoinAsync();
        using var visitor = await PageVisitor.OpenAsync(world, person.Name);
        using var program = world.Client(person.Token);

        var page = await visitor.PostFromAsync("/settings/profile", $"/{record.FullName}/access", GatePagesWorld.Answers);
        Assert.Equal((403, "confirm"), (page.Status, page.Attribute("data-gate")));
        // Also when nothing is right with the answers.
        Assert.Equal(403, (await visitor.PostFromAsync("/settings/profile", $"/{record.FullName}/access")).Status);
        Assert.Equal(403, (await visitor.PostFromAsync("/settings/profile", $"/{record.FullName}/ask-access", GatePagesWorld.Answers)).Status);
        var answers = GatePagesWorld.Answers.ToDictionary(a => a.Label, a => a.Answer);
        using (var asked = await program.PostAsJsonAsync($"/{record.FullName}/ask-access", answers, Cancel))
        {
            Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
            Assert.Contains(
                $"Access can be requested with a confirmed mail address only. Log in, open {world.Address.GetLeftPart(UriPartial.Authority)}/settings/profile",
                await asked.Content.ReadAsStringAsync(Cancel),
                StringComparison.Ordinal);
        }

        // The rule itself, where requests are made.
        Assert.Equal(new AskOutcome(AccessState.None, Changed: false, NotConfirmed: true), await AskAsync(record, person));
        Assert.Equal(0, await world.EventsAsync(record));
        using var download = await program.GetAsync($"/{record.FullName}/resolve/main/config.json", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, download.StatusCode);
    }

    [Fact]
    public async Task In_place_of_the_form_stands_a_button_that_sends_the_link_and_the_link_leads_back_to_the_form()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("auto"));
        var person = await JoinAsync();
        using var visitor = await PageVisitor.OpenAsync(world, person.Name);
        var page = await visitor.GetAsync($"/{record.FullName}");
        Assert.Equal("confirm", page.Attribute("data-gate"));
        Assert.Contains("Be kind.", page.Text.Replace("kind .", "kind.", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains($"We send a link to {person.Name}@example.org", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-form=\"gate\"", page.Html, StringComparison.Ordinal);

        var sent = await visitor.PostFromAsync($"/{record.FullName}", "/settings/profile?handler=confirm", ("next", $"/{record.FullName}"));
        Assert.Equal((303, $"/{record.FullName}"), (sent.Status, sent.Location));
        var link = (await new Mailbox(world).LastToAsync($"{person.Name}@example.org", "Confirm your mail address")).PathOf("/settings/profile/mail/");
        var confirmed = await visitor.PostAsync(link);
        Assert.Equal((303, $"/{record.FullName}"), (confirmed.Status, confirmed.Location));

        Assert.Equal("form", (await visitor.GetAsync($"/{record.FullName}")).Attribute("data-gate"));
        Assert.Equal(303, (await visitor.PostAsync($"/{record.FullName}/access", GatePagesWorld.Answers)).Status);
        Assert.Equal("accepted", (await visitor.GetAsync($"/{record.FullName}")).Attribute("data-gate"));
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("https://evil.example")]
    public async Task The_way_back_stays_on_this_site(string next)
    {
        var person = await JoinAsync();
        using var visitor = await PageVisitor.OpenAsync(world, person.Name);
        Assert.Equal("/", (await visitor.PostFromAsync("/settings/profile", "/settings/profile?handler=confirm", ("next", next))).Location);
        var link = (await new Mailbox(world).LastToAsync($"{person.Name}@example.org", "Confirm your mail address")).PathOf("/settings/profile/mail/");
        Assert.DoesNotContain("evil", link, StringComparison.Ordinal);
        Assert.Equal("/", (await visitor.PostAsync($"{link.Split('?')[0]}?next={Uri.EscapeDataString(next)}")).Location);
    }

    [Fact]
    public async Task Who_has_asked_before_keeps_the_state_and_asks_anew_only_with_a_confirmed_address()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        var person = await AskedOfOldAsync(record);
        using var visitor = await PageVisitor.OpenAsync(world, person.Name);
        Assert.Equal("pending", (await visitor.GetAsync($"/{record.FullName}")).Attribute("data-gate"));
        Assert.Equal(303, (await visitor.PostFromAsync("/settings/profile", $"/{record.FullName}/access", GatePagesWorld.Answers)).Status);

        await world.ReviewAsync(record, person.Name, AccessState.Accepted);
        using var program = world.Client(person.Token);
        using var download = await program.GetAsync($"/{record.FullName}/resolve/main/config.json", Cancel);
        Assert.Equal(HttpStatusCode.OK, download.StatusCode);

        await world.ReviewAsync(record, person.Name, AccessState.Reset, "ask again, please");
        var page = await visitor.GetAsync($"/{record.FullName}");
        Assert.Equal("confirm", page.Attribute("data-gate"));
        Assert.Contains("Reason: ask again, please", page.Text, StringComparison.Ordinal);
        Assert.Equal(403, (await visitor.PostFromAsync("/settings/profile", $"/{record.FullName}/access", GatePagesWorld.Answers)).Status);
        Assert.Equal(AccessState.Reset, (await world.Services.GetRequiredService<AccessRequestList>().FindAsync(record.Id, person.Id, Cancel))!.State);
    }

    [Fact]
    public async Task Authors_and_administrators_see_which_address_is_not_confirmed()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        var person = await AskedOfOldAsync(record);
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);

        using var author = await world.VisitAsync("author");
        var review = await author.GetAsync($"/{record.FullName}/settings/access-requests");
        Assert.Contains($"{person.Name}@example.org not confirmed", review.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("dana@example.org not confirmed", review.Text, StringComparison.Ordinal);

        using var program = world.Client(world.People["author"].Token);
        var list = await program.GetFromJsonAsync<JsonElement>($"/api/models/{record.FullName}/user-access-request/pending", Cancel);
        Assert.Equal([person.Name], Unconfirmed(list.EnumerateArray().Select(r => r.GetProperty("user"))));
        var report = await program.GetFromJsonAsync<JsonElement>($"/{record.FullName}/user-access-report", Cancel);
        Assert.Equal([person.Name], Unconfirmed(report.EnumerateArray()));
        var csv = await program.GetStringAsync($"/{record.FullName}/user-access-report?format=csv", Cancel);
        var rows = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("\"email confirmed\"", rows[0], StringComparison.Ordinal);
        Assert.EndsWith("\"not confirmed\"", rows.Single(r => r.StartsWith($"\"{person.Name}\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith("\"confirmed\"", rows.Single(r => r.StartsWith("\"dana\"", StringComparison.Ordinal)), StringComparison.Ordinal);

        await world.Services.GetRequiredService<UserAccounts>().SetAdministratorAsync("owner", true, Cancel);
        using var administrator = await world.VisitAsync("owner");
        var people = await administrator.GetAsync($"/admin?search={person.Name}");
        Assert.Contains($"{person.Name}@example.org not confirmed", people.Text, StringComparison.Ordinal);
        Assert.Contains("not confirmed", (await administrator.GetAsync($"/admin/people/{person.Name}")).TextOf("data-address"), StringComparison.Ordinal);
        Assert.DoesNotContain("not confirmed", (await administrator.GetAsync("/admin/people/dana")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_operator_wants_no_confirmed_addresses_everybody_can_ask()
    {
        await using var open = new Unproved();
        await open.InitializeAsync();
        var files = new Dictionary<string, string> { ["README.md"] = "---\ngated: auto\n---\n", ["config.json"] = "{}\n" };
        var record = await open.AddRepositoryAsync(RepositoryType.Model, "author/gated", files);
        var person = await JoinAsync(open, "claimer");
        using var program = open.Client(person.Token);
        using (var asked = await program.PostAsync($"/{record.FullName}/ask-access", null, Cancel))
            Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        using var download = await program.GetAsync($"/{record.FullName}/resolve/main/config.json", Cancel);
        Assert.Equal(HttpStatusCode.OK, download.StatusCode);
    }

    private Task<TestPerson> JoinAsync() => JoinAsync(world, world.NewName("claimer"));

    /// <summary>As on the page: nobody has looked whether the address is theirs.</summary>
    private static async Task<TestPerson> JoinAsync(HubApplication application, string name)
    {
        var user = (await application.Services.GetRequiredService<UserAccounts>().AddAsync(new(name, $"{name}@example.org", null, null), Cancel)).User!;
        return new(user.Id, name, await application.AddTokenAsync(user, TokenRole.Read));
    }

    /// <summary>Somebody who asked when that needed no confirmed address.</summary>
    private async Task<TestPerson> AskedOfOldAsync(RepositoryRecord record)
    {
        var person = await JoinAsync();
        await SetConfirmedAsync(person, true);
        Assert.True((await AskAsync(record, person)).Changed);
        await SetConfirmedAsync(person, false);
        return person;
    }

    private async Task<AskOutcome> AskAsync(RepositoryRecord record, TestPerson person)
    {
        var card = await world.Services.GetRequiredService<CardPolicies>().FindAsync(await world.NowAsync(record), Cancel);
        KeyValuePair<string, string>[] answers = [new("Company", "Example")];
        return await world.Services.GetRequiredService<AccessRequests>().AskAsync(record, card, person.Id, answers, Cancel);
    }

    /// <summary>The names in those rows that say so.</summary>
    private static IEnumerable<string?> Unconfirmed(IEnumerable<JsonElement> people) =>
        people.Where(p => p.TryGetProperty("emailVerified", out var word) && !word.GetBoolean()).Select(p => p.GetProperty("user").GetString());

    private async Task SetConfirmedAsync(TestPerson person, bool confirmed)
    {
        await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync(Cancel);
        Assert.Equal(1, await db.Users.Where(u => u.Id == person.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, confirmed), Cancel));
    }

    private sealed class Unproved : HubApplication
    {
        protected override IEnumerable<string> Settings => ["--Gating:AllowRequestsByToken=true", "--Gating:RequireConfirmedEmail=false"];

        protected override Task FillAsync() => AddPersonAsync("author", TokenRole.Write);
    }
}
