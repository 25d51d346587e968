using System.Text.Json.Nodes;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>People's accounts in the browser: managed by an administrator, and ended by their owners.</summary>
public sealed class PeopleTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrator_finds_disables_enables_appoints_and_deletes_a_person(bool script)
    {
        var (root, ada) = (await world.NewPersonAsync("--admin"), await world.NewPersonAsync());
        await world.Server.AddRepositoryAsync("model", $"{ada}/model", Paths.Sample("models/acme/tiny-sentiment-open"));
        await using var first = await chromium.OpenAsync(world.Server, script);
        await using var second = await chromium.OpenAsync(world.Server, script);
        await first.LoginAsync(root);
        await second.LoginAsync(ada);
        var (admin, person) = (new PeoplePages(first), new PeoplePages(second));

        await admin.SearchAsync("nobody is called so");
        await Assertions.Expect(first.Page.Locator("[data-none]")).ToHaveTextAsync("Nobody's name or mail address contains that.");
        await admin.OpenAsync(ada);
        await Assertions.Expect(admin.Standing).ToContainTextAsync("active");
        Assert.Equal(200, await person.OwnAsync());

        await admin.PressAsync("Disable the account");
        await Assertions.Expect(admin.Notice).ToHaveTextAsync($"{ada} is disabled: every session and token has ended.");
        await Assertions.Expect(admin.Standing).ToContainTextAsync("disabled");
        Assert.Equal(401, await person.OwnAsync());
        await admin.PressAsync("Enable the account");
        await Assertions.Expect(admin.Standing).ToContainTextAsync("active");

        // A session of before stays ended.
        await second.LoginAsync(ada);
        Assert.Equal(403, await second.GoAsync("/admin"));
        await admin.PressAsync("Make an administrator");
        await Assertions.Expect(admin.Standing).ToContainTextAsync("administrator");
        Assert.Equal(200, await second.GoAsync("/admin"));
        await admin.PressAsync("End the right of an administrator");
        await Assertions.Expect(admin.Notice).ToHaveTextAsync($"{ada} is no administrator any more.");
        await admin.PressAsync("Send a link to set a new password");
        await Assertions.Expect(admin.Notice).ToContainTextAsync("A link to set a new password goes to ");

        await admin.DeleteAsync(ada, typed: "somebody");
        await Assertions.Expect(admin.Faults).ToHaveTextAsync($"Type {ada} to delete the account.");
        await admin.DeleteAsync(ada, typed: ada);
        await Assertions.Expect(admin.Faults).ToContainTextAsync($"{ada} owns repositories: model {ada}/model.");
        await admin.DeleteAsync(ada, typed: ada, withRepositories: true);
        await Assertions.Expect(admin.Notice).ToHaveTextAsync($"The account {ada} is deleted.");
        await admin.SearchAsync(ada);
        await Assertions.Expect(admin.Row(ada)).ToHaveCountAsync(0);
        await person.OwnAsync();
        Assert.Equal("/login", new Uri(second.Page.Url).AbsolutePath);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_takes_their_data_along_and_leaves(bool script)
    {
        var ada = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(ada);
        var pages = new PeoplePages(browser);
        await pages.OwnAsync();
        var data = JsonNode.Parse(await pages.DownloadAsync())!;
        Assert.Equal(ada, (string)data["account"]!["name"]!);

        await pages.LeaveAsync(ada, "not the password");
        await Assertions.Expect(pages.Faults).ToContainTextAsync("The password is not right.");
        await pages.LeaveAsync(ada, HubServer.Password);
        await Assertions.Expect(pages.Notice).ToHaveTextAsync("Your account is deleted.");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Link, new() { Name = "Log in" }).First).ToBeVisibleAsync();

        await browser.GoAsync("/login");
        await browser.Page.GetByLabel("User name or mail address").FillAsync(ada);
        await browser.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Log in", Exact = true }).ClickAsync();
        await Assertions.Expect(pages.Faults).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task The_pages_are_accessible_and_fit(ColorScheme colors, int width)
    {
        var (root, ada) = (await world.NewPersonAsync("--admin"), await world.NewPersonAsync());
        await world.Server.AddRepositoryAsync("model", $"{ada}/model", Paths.Sample("models/acme/tiny-sentiment-open"));
        await world.Server.RunAsync("org", "add", $"org-of-{ada}", "--admin", ada);
        await using var browser = await chromium.OpenAsync(world.Server, colors: colors, viewport: new() { Width = width, Height = 900 });
        await browser.LoginAsync(root);
        var pages = new PeoplePages(browser);
        foreach (var page in (string[])["/admin", "/admin?search=nobody+is+called+so", $"/admin/people/{ada}", $"/admin/people/{root}", "/settings/account"])
        {
            Assert.Equal(200, await browser.GoAsync(page));
            await browser.AccessibleAsync();
            await browser.FitsAsync();
        }

        await browser.GoAsync($"/admin/people/{ada}");
        await pages.DeleteAsync(ada, typed: "somebody");
        await Assertions.Expect(pages.Faults).ToBeFocusedAsync();
        await browser.AccessibleAsync();
    }
}
