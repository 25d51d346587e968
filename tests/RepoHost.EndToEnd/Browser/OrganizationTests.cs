using System.Text.Json.Nodes;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Organizations in the browser: made, joined, left and deleted by people.</summary>
public sealed class OrganizationTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    private static int made;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task People_are_invited_join_get_a_role_and_are_removed(bool script)
    {
        var (ada, eve, name) = (await world.NewPersonAsync(), await world.NewPersonAsync(), NewName());
        await using var first = await chromium.OpenAsync(world.Server, script);
        await using var second = await chromium.OpenAsync(world.Server, script);
        await first.LoginAsync(ada);
        await second.LoginAsync(eve);
        var (admin, guest) = (new OrganizationPages(first), new OrganizationPages(second));

        await admin.MakeAsync(name, "People who test");
        await Assertions.Expect(admin.Member(ada)).ToContainTextAsync("you");
        await admin.InviteAsync(name, eve, "write");
        await Assertions.Expect(first.Page.Locator($"[data-invitation={eve}]")).ToContainTextAsync("write");

        await guest.AnswerAsync(name, "Accept");
        await Assertions.Expect(guest.Membership(name)).ToContainTextAsync("write");
        Assert.Equal(403, await guest.MembersAsync(name));

        await admin.SetRoleAsync(name, eve, "admin");
        await Assertions.Expect(admin.Notice).ToHaveTextAsync($"{eve} has the role admin now.");
        Assert.Equal(200, await guest.MembersAsync(name));

        await admin.RemoveAsync(name, eve);
        await Assertions.Expect(admin.Notice).ToHaveTextAsync($"{eve} is no longer a member.");
        Assert.Equal(404, await guest.MembersAsync(name));
        await guest.MineAsync();
        await Assertions.Expect(guest.Membership(name)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_invitation_is_declined_or_withdrawn_and_then_lets_nobody_in(bool script)
    {
        var (ada, eve, name) = (await world.NewPersonAsync(), await world.NewPersonAsync(), NewName());
        await using var first = await chromium.OpenAsync(world.Server, script);
        await using var second = await chromium.OpenAsync(world.Server, script);
        await first.LoginAsync(ada);
        await second.LoginAsync(eve);
        var (admin, guest) = (new OrganizationPages(first), new OrganizationPages(second));
        await admin.MakeAsync(name, "");

        await admin.InviteAsync(name, eve, "read");
        await guest.AnswerAsync(name, "Decline");
        await Assertions.Expect(guest.Invitation(name)).ToHaveCountAsync(0);

        await admin.InviteAsync(name, eve, "read");
        await guest.MineAsync();
        await admin.WithdrawAsync(name, eve);
        await Assertions.Expect(admin.Notice).ToHaveTextAsync("The invitation is withdrawn.");
        await guest.Invitation(name).GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await Assertions.Expect(guest.Notice).ToHaveTextAsync("That invitation does not hold any more. Ask for a new one.");
        await Assertions.Expect(guest.Membership(name)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_link_of_a_mail_is_used_once_after_logging_in(bool script)
    {
        var (ada, eve, mallory, name) = (await world.NewPersonAsync(), await world.NewPersonAsync(), await world.NewPersonAsync(), NewName());
        await using var first = await chromium.OpenAsync(world.Server, script);
        await using var second = await chromium.OpenAsync(world.Server, script);
        await first.LoginAsync(ada);
        var (admin, guest) = (new OrganizationPages(first), new OrganizationPages(second));
        await admin.MakeAsync(name, "");
        await admin.InviteAsync(name, $"{name}@elsewhere.example.org", "contributor");
        var link = await OrganizationMail.WaitForLinkAsync(world.Server, $"{name}@elsewhere.example.org");

        // Who is not logged in comes back to the invitation.
        await second.GoAsync(link);
        Assert.Equal("/login", new Uri(second.Page.Url).AbsolutePath);
        await second.Page.GetByLabel("User name or mail address").FillAsync(eve);
        await second.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(second.Page.Locator("[data-join]")).ToContainTextAsync($"You are logged in as {eve}");
        if (script)
            await second.AccessibleAsync();
        await second.Page.GetByRole(AriaRole.Button, new() { Name = $"Join as {eve}" }).ClickAsync();
        await Assertions.Expect(guest.Notice).ToHaveTextAsync("You are a member now.");
        await Assertions.Expect(guest.Membership(name)).ToContainTextAsync("contributor");

        await using var third = await chromium.OpenAsync(world.Server, script);
        await third.LoginAsync(mallory);
        Assert.Equal(404, await third.GoAsync(link));
        await Assertions.Expect(third.Page.GetByRole(AriaRole.Heading, new() { Name = "This invitation does not hold any more" })).ToBeVisibleAsync();
        Assert.DoesNotContain(link.Split('/')[^1], world.Server.Program.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept()
    {
        var (ada, name) = (await world.NewPersonAsync(), NewName());
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(ada);
        var pages = new OrganizationPages(browser);
        await pages.MakeAsync("acme", "Mine too");
        await Assertions.Expect(pages.Faults).ToHaveTextAsync("The name acme is taken.");
        await Assertions.Expect(pages.Faults).ToBeFocusedAsync();
        await Assertions.Expect(browser.Page.GetByLabel("Full name")).ToHaveValueAsync("Mine too");
        await browser.AccessibleAsync();

        await pages.MakeAsync(name, "");
        await pages.InviteAsync(name, "nobody-of-this-name", "contributor");
        await Assertions.Expect(pages.Faults).ToHaveTextAsync("There is no user nobody-of-this-name.");
        await Assertions.Expect(browser.Page.GetByLabel("User name or mail address")).ToHaveValueAsync("nobody-of-this-name");
        await Assertions.Expect(browser.Page.Locator("[data-form=invite]").GetByLabel("Role")).ToHaveValueAsync("contributor");
        await browser.AccessibleAsync();

        await pages.InviteAsync(name, "acme", "read");
        await Assertions.Expect(pages.Faults).ToHaveTextAsync("acme is an organization. Only people can be members.");
    }

    [Fact]
    public async Task The_last_admin_neither_leaves_nor_steps_down_and_is_told_what_to_do()
    {
        var (ada, name) = (await world.NewPersonAsync(), NewName());
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(ada);
        var pages = new OrganizationPages(browser);
        await pages.MakeAsync(name, "");
        await pages.LeaveAsync(name);
        await Assertions.Expect(pages.Faults).ToHaveTextAsync($"You are the last admin of {name} who can log in. Make somebody else admin first, or delete the organization.");
        await pages.SetRoleAsync(name, ada, "read");
        await Assertions.Expect(pages.Faults).ToHaveTextAsync($"{ada} is the last admin who can log in. Make somebody else admin first.");
        await Assertions.Expect(browser.Page.GetByLabel($"Role of {ada}")).ToHaveValueAsync("admin");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Settings_are_changed_and_the_organization_is_deleted_by_typing_its_name(bool script)
    {
        var (ada, name) = (await world.NewPersonAsync(), NewName());
        var token = await world.Server.AddTokenAsync(ada, "write");
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(ada);
        var pages = new OrganizationPages(browser);
        await pages.MakeAsync(name, "");

        await pages.SettingsAsync(name);
        await browser.Page.GetByLabel("Full name").FillAsync("Discreet people");
        await browser.Page.GetByLabel("New repositories are private").CheckAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(pages.Notice).ToHaveTextAsync("The settings are changed.");
        await Assertions.Expect(browser.Page.GetByLabel("New repositories are private")).ToBeCheckedAsync();
        await Assertions.Expect(browser.Page.GetByLabel("Full name")).ToHaveValueAsync("Discreet people");

        using (var client = world.Server.As(token))
        {
            using var created = await client.PostAsync("/api/repos/create", Json($$"""{"name":"{{name}}/quiet"}"""));
            Assert.Equal(200, (int)created.StatusCode);
            using var seen = await world.Server.As(null).GetAsync($"/api/models/{name}/quiet");
            Assert.Equal(401, (int)seen.StatusCode);

            await pages.DeleteAsync(name, "something else");
            await Assertions.Expect(pages.Faults).ToHaveTextAsync($"Type {name} to delete it.");
            await pages.DeleteAsync(name, name);
            await Assertions.Expect(pages.Faults).ToHaveTextAsync($"{name} owns 1 repository. Move or delete them first.");

            using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/repos/delete") { Content = Json($$"""{"name":"{{name}}/quiet"}""") };
            using var deleted = await client.SendAsync(request);
            Assert.Equal(200, (int)deleted.StatusCode);
        }

        await pages.DeleteAsync(name, name);
        await Assertions.Expect(pages.Notice).ToHaveTextAsync($"The organization {name} is deleted.");
        Assert.Equal(404, await pages.SettingsAsync(name));
        await pages.MakeAsync(name, "");
        await Assertions.Expect(pages.Faults).ToHaveTextAsync($"The name {name} is taken.");
    }

    [Fact]
    public async Task Whoever_does_not_belong_to_it_finds_nothing_and_whoever_is_nobody_logs_in_first()
    {
        var stranger = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        foreach (var page in (string[])["settings", "settings/members", "settings/service-accounts", "settings/service-accounts/bot"])
        {
            await browser.GoAsync($"/organizations/acme/{page}");
            Assert.Equal("/login", new Uri(browser.Page.Url).AbsolutePath);
        }

        await browser.LoginAsync(stranger);
        foreach (var organization in (string[])["acme", "there-is-none"])
        {
            Assert.Equal(404, await browser.GoAsync($"/organizations/{organization}/settings"));
            await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "Not found" })).ToBeVisibleAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_account_gets_a_token_once_is_switched_off_and_on_and_deleted(bool script)
    {
        var (ada, name) = (await world.NewPersonAsync(), NewName());
        var bot = $"bot-{name}";
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(ada);
        var pages = new OrganizationPages(browser);
        await pages.MakeAsync(name, "");
        await pages.AddMachineAsync(name, bot, "contributor");
        var token = await pages.MakeTokenAsync("nightly build", "write");
        Assert.Matches("^hf_[A-Za-z0-9]+$", token);
        Assert.Equal(200, await WhoAsync(token));
        using (var client = world.Server.As(token))
        {
            using var created = await client.PostAsync("/api/repos/create", Json($$"""{"name":"{{name}}/built"}"""));
            Assert.Equal(200, (int)created.StatusCode);
        }

        await pages.MachineAsync(name, bot);
        Assert.DoesNotContain(token, await browser.Page.ContentAsync(), StringComparison.Ordinal);
        await Press($"Disable {bot}");
        Assert.Equal(401, await WhoAsync(token));
        await Press($"Enable {bot}");
        Assert.Equal(200, await WhoAsync(token));
        await Press("Revoke the token nightly build");
        Assert.Equal(401, await WhoAsync(token));
        await Assertions.Expect(browser.Page.Locator("[data-token-row='nightly build']")).ToContainTextAsync("revoked");

        await browser.Page.GetByText($"Delete {bot}", new() { Exact = true }).ClickAsync();
        await Press($"Delete {bot} for good");
        await Assertions.Expect(pages.Notice).ToHaveTextAsync($"The service account {bot} is deleted.");
        Assert.Equal(404, await pages.MachineAsync(name, bot));

        async Task Press(string button)
        {
            await browser.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
            await Assertions.Expect(pages.Notice).ToBeVisibleAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_account_s_fine_grained_token_gets_the_rights_that_an_admin_ticks_and_other_ones_later(bool script)
    {
        var (ada, name) = (await world.NewPersonAsync(), NewName());
        var bot = $"bot-{name}";
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(ada);
        var pages = new OrganizationPages(browser);
        var rights = new TokenPages(browser);
        await pages.MakeAsync(name, "");
        await world.Server.AddRepositoryAsync("model", $"{name}/secret", Paths.Sample($"models/{World.Open}"), isPrivate: true);
        await pages.AddMachineAsync(name, bot, "write");
        var token = await pages.MakeTokenAsync("mirror", "fineGrained");
        Assert.Equal((404, "Repository not found"), await DownloadAsync(token, name));

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Tick what it may do" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByText($"it can never do more than {bot}")).ToBeVisibleAsync();
        // A machine owns no namespace.
        await Assertions.Expect(rights.Right("Read", bot)).ToHaveCountAsync(0);
        await rights.Right("Settings", name).CheckAsync();
        await rights.SaveAsync();
        await Assertions.Expect(pages.Notice).ToHaveTextAsync("The rights of mirror are changed. They hold from the next request on.");
        await Assertions.Expect(browser.Page.Locator("[data-token-row=mirror] [data-rights-summary]")).ToHaveTextAsync($"{name}: Settings");
        Assert.Equal(
            (403, $"This fine-grained token lacks the right 'Read' on {name}/secret. The admins of the organization that {bot} belongs to can change it."), await DownloadAsync(token, name));

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Change rights of mirror" }).ClickAsync();
        await rights.Right("Settings", name).UncheckAsync();
        await rights.AddRowAsync($"{ada}/nothing");
        await Assertions.Expect(pages.Faults).ToContainTextAsync($"There is no repository {ada}/nothing that {bot} can see.");
        await rights.AddRowAsync($"{name}/secret");
        await Assertions.Expect(rights.Right("Read", $"{name}/secret")).ToBeCheckedAsync();
        if (script)
        {
            await browser.AccessibleAsync();
            await browser.FitsAsync();
        }

        await rights.SaveAsync();
        await Assertions.Expect(browser.Page.Locator("[data-token-row=mirror] [data-rights-summary]")).ToHaveTextAsync($"{name}/secret: Read");
        Assert.Equal(200, (await DownloadAsync(token, name)).Status);
    }

    [Fact]
    public async Task The_rights_of_another_s_token_are_not_found()
    {
        var (ada, name) = (await world.NewPersonAsync(), NewName());
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(ada);
        var pages = new OrganizationPages(browser);
        await pages.MakeAsync(name, "");
        foreach (var bot in (string[])[$"a-{name}", $"b-{name}"])
            await pages.AddMachineAsync(name, bot, "");
        await pages.MakeTokenAsync("one", "fineGrained");
        var address = (await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Change rights of one" }).GetAttributeAsync("href"))!;
        Assert.Equal(200, await browser.GoAsync(address));
        Assert.Equal(404, await browser.GoAsync(address.Replace($"/b-{name}/", $"/a-{name}/", StringComparison.Ordinal)));
        // Nor is a person's, by the admin's own page of machines; nor a machine's, by the page of people.
        Assert.Equal(404, await browser.GoAsync($"/settings/tokens/{address.Split('/')[^1]}"));
        await pages.MachineAsync(name, $"b-{name}");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke the token one" }).ClickAsync();
        Assert.Equal(404, await browser.GoAsync(address));
    }

    [Fact]
    public async Task What_the_operator_has_disabled_an_admin_can_t_enable()
    {
        var (ada, name) = (await world.NewPersonAsync(), NewName());
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(ada);
        var pages = new OrganizationPages(browser);
        await pages.MakeAsync(name, "");
        await pages.AddMachineAsync(name, $"bot-{name}", "");
        await world.Server.RunAsync("service", "disable", $"bot-{name}");
        await pages.MachineAsync(name, $"bot-{name}");
        await Assertions.Expect(browser.Page.GetByText("only they can enable it")).ToBeVisibleAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = $"Enable bot-{name}" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Another_organization_s_machine_is_not_found()
    {
        var (ada, eve, mine, theirs) = (await world.NewPersonAsync(), await world.NewPersonAsync(), NewName(), NewName());
        await using var first = await chromium.OpenAsync(world.Server);
        await using var second = await chromium.OpenAsync(world.Server);
        await first.LoginAsync(ada);
        await second.LoginAsync(eve);
        await new OrganizationPages(first).MakeAsync(mine, "");
        await new OrganizationPages(second).MakeAsync(theirs, "");
        await new OrganizationPages(second).AddMachineAsync(theirs, $"bot-{theirs}", "");
        Assert.Equal(404, await new OrganizationPages(first).MachineAsync(mine, $"bot-{theirs}"));
        Assert.Equal(404, await new OrganizationPages(first).MachineAsync(mine, eve));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Every_page_is_accessible_and_fits(ColorScheme colors, int width)
    {
        var (ada, eve, name) = (await world.NewPersonAsync(), await world.NewPersonAsync(), NewName());
        var other = NewName();
        await world.Server.RunAsync("org", "add", other, "--fullname", "An organization with quite a long full name, as they are", "--admin", "author");
        await using var browser = await chromium.OpenAsync(world.Server, colors: colors, viewport: new() { Width = width, Height = 900 });
        await browser.LoginAsync(ada);
        var pages = new OrganizationPages(browser);
        await Look("/organizations/new");
        await Look("/settings/organizations");
        await pages.MakeAsync(name, "Accessible people");
        await pages.InviteAsync(name, eve, "read");
        await pages.InviteAsync(name, "somebody.with.a.long.address@department.example.org", "contributor");
        await pages.AddMachineAsync(name, $"bot-{name}", "write");
        await pages.MakeTokenAsync("nightly build", "read");
        await Look(null);
        await Look($"/organizations/{name}/settings");
        await Look($"/organizations/{name}/settings/members");
        await browser.Page.Locator($"[data-member={ada}] summary").ClickAsync();
        await Look(null);
        await Look($"/organizations/{name}/settings/service-accounts");
        await Look($"/organizations/{name}/settings/service-accounts/bot-{name}");
        await Look("/settings/organizations");
        await Look("/organizations/join/no-such-link");

        async Task Look(string? path)
        {
            if (path is not null)
                await browser.GoAsync(path);
            await browser.AccessibleAsync();
            await browser.FitsAsync();
        }
    }

    private async Task<int> WhoAsync(string token)
    {
        using var answer = await world.Server.As(token).GetAsync("/api/whoami-v2");
        return (int)answer.StatusCode;
    }

    private async Task<(int Status, string? Error)> DownloadAsync(string token, string organization)
    {
        using var answer = await world.Server.As(token).GetAsync($"/{organization}/secret/resolve/main/config.json");
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]);
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static string NewName() => $"team-{Interlocked.Increment(ref made)}";
}
