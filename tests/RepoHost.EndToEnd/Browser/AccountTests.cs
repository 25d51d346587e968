using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>An account's life in the browser: joining, the profile, passwords.</summary>
public sealed class AccountTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    private const string First = "the first password";
    private const string Second = "the second password";
    private const string Third = "the third password";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_joins_changes_name_and_password_forgets_it_and_gets_back_in_by_mail(bool script)
    {
        var name = script ? "nora" : "nora-without-script";
        var address = $"{name}@example.net";
        await using var browser = await chromium.OpenAsync(world.Server, script);
        var page = browser.Page;
        await browser.GoAsync("/login?next=/datasets");
        await page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Sign up" }).ClickAsync();
        await page.GetByLabel("User name").FillAsync("a--b");
        await page.GetByLabel("Full name (optional)").FillAsync("Nora Newcomer");
        await page.GetByLabel("Mail address").FillAsync(address);
        await Password(page, "Password").FillAsync(First);
        await PressAsync(page, "Sign up");
        await Assertions.Expect(page.Locator("#name-error")).ToContainTextAsync("has no '--'");
        await Assertions.Expect(page.GetByLabel("Mail address")).ToHaveValueAsync(address);
        await CheckAsync(browser, script);
        await page.GetByLabel("User name").FillAsync(name);
        await Password(page, "Password").FillAsync(First);
        await PressAsync(page, "Sign up");
        await Assertions.Expect(page.Locator("[data-notice]")).ToContainTextAsync($"Welcome, {name}.");
        Assert.Equal("/datasets", new Uri(page.Url).AbsolutePath);

        await browser.GoAsync(await AccountMail.LinkAsync(world.Server, address, "Confirm your mail address", "/settings/profile/mail/"));
        await CheckAsync(browser, script);
        await PressAsync(page, "Confirm");
        // Back to where the person was going when they signed up.
        await Assertions.Expect(page.Locator("[data-notice]")).ToContainTextAsync("is your mail address");
        Assert.Equal("/datasets", new Uri(page.Url).AbsolutePath);
        await browser.GoAsync("/settings/profile");
        await Assertions.Expect(page.Locator("[data-address] .badge")).ToHaveTextAsync("confirmed");
        await page.GetByLabel("Full name").FillAsync("Nora <b>Bold</b>");
        await PressAsync(page, "Save");
        await Assertions.Expect(page.Locator("[data-notice]")).ToHaveTextAsync("Your profile is saved.");
        await Assertions.Expect(page.GetByLabel("Full name")).ToHaveValueAsync("Nora <b>Bold</b>");
        await CheckAsync(browser, script);

        await using var elsewhere = await chromium.OpenAsync(world.Server, script);
        await elsewhere.LoginAsync(name, First);
        await browser.GoAsync("/settings/password");
        await CheckAsync(browser, script);
        await Password(page, "Present password").FillAsync(First);
        await Password(page, "New password").FillAsync(Second);
        await PressAsync(page, "Change the password");
        await Assertions.Expect(page.Locator("[data-notice]")).ToHaveTextAsync("Your password is changed. All other sessions have ended.");
        await Assertions.Expect(page.Locator("[data-menu=account]")).ToBeVisibleAsync();
        await elsewhere.GoAsync("/settings/profile");
        Assert.Equal("/login", new Uri(elsewhere.Page.Url).AbsolutePath);

        await elsewhere.Page.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
        await CheckAsync(elsewhere, script);
        await elsewhere.Page.GetByLabel("Mail address").FillAsync(address);
        await PressAsync(elsewhere.Page, "Send the link");
        await Assertions.Expect(elsewhere.Page.Locator("[data-sent]")).ToContainTextAsync("If an account has this mail address, we have sent a link to it.");
        var reset = await AccountMail.LinkAsync(world.Server, address, "Set a new password", "/password-reset/");
        await elsewhere.GoAsync(reset);
        await CheckAsync(elsewhere, script);
        await Password(elsewhere.Page, "New password").FillAsync(Third);
        await PressAsync(elsewhere.Page, "Set the password");
        await Assertions.Expect(elsewhere.Page.Locator("[data-notice]")).ToContainTextAsync("Log in with it.");
        await elsewhere.LoginAsync(name, Third);
        await elsewhere.GoAsync(reset);
        await Assertions.Expect(elsewhere.Page.Locator("[data-ended]")).ToBeVisibleAsync();
        await browser.GoAsync("/settings/profile");
        Assert.Equal("/login", new Uri(page.Url).AbsolutePath);
    }

    [Fact]
    public async Task The_pages_work_with_the_keyboard_alone_and_show_a_password_on_demand()
    {
        var name = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        var page = browser.Page;
        await browser.GoAsync("/login");
        await Assertions.Expect(page.GetByLabel("User name or mail address")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(name);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(HubServer.Password);
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show: Password" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#password")).ToHaveAttributeAsync("type", "text");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Hide: Password" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("[data-menu=account]")).ToBeVisibleAsync();
    }

    private static ILocator Password(IPage page, string label) => page.GetByLabel(label, new() { Exact = true });

    private static Task PressAsync(IPage page, string button) => page.Locator("main").GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>Accessible, and no wider than a phone's screen.</summary>
    private static async Task CheckAsync(SiteBrowser browser, bool script)
    {
        if (script)
            await browser.AccessibleAsync();
        var size = browser.Page.ViewportSize!;
        await browser.Page.SetViewportSizeAsync(390, 844);
        await browser.FitsAsync();
        await browser.Page.SetViewportSizeAsync(size.Width, size.Height);
    }
}
