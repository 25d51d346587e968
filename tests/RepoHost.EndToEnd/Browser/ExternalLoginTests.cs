using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using RepoHost.Tests.Pages;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Logging in by an external issuer as a real browser does it: its rules for cookies and forms hold on the whole way there and back.</summary>
public sealed class ExternalLoginTests(ExternalLoginTests.Site site, Chromium chromium) : IClassFixture<ExternalLoginTests.Site>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_new_chooses_a_user_name_and_next_time_is_simply_in(bool script)
    {
        var name = script ? "nora" : "nora-without-script";
        site.Issuer.Person = new() { ["sub"] = name, ["email"] = $"{name}@example.net", ["email_verified"] = true, ["name"] = "Nora Newcomer" };
        await using (var browser = await chromium.OpenAsync(site.Server, script))
        {
            await browser.GoAsync("/login?next=/datasets");
            await browser.FitsAsync();
            if (script)
                await browser.AccessibleAsync();
            await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Log in with Example Login" }).ClickAsync();
            await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "Choose a user name" })).ToBeVisibleAsync();
            await browser.FitsAsync();
            if (script)
                await browser.AccessibleAsync();
            await browser.Page.GetByLabel("User name").FillAsync(name);
            await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
            await Assertions.Expect(browser.Page.Locator("[data-notice]")).ToHaveTextAsync($"Welcome, {name}.");
            Assert.Equal("/datasets", new Uri(browser.Page.Url).AbsolutePath);
        }

        await using var again = await chromium.OpenAsync(site.Server, script);
        await again.GoAsync("/login");
        await again.Page.GetByRole(AriaRole.Link, new() { Name = "Log in with Example Login" }).ClickAsync();
        await Assertions.Expect(again.Page.Locator("[data-menu=account]")).ToContainTextAsync(name);
    }

    [Fact]
    public async Task A_person_with_a_password_connects_the_issuer_in_the_settings()
    {
        await site.Server.AddReaderOfPagesAsync("ada");
        site.Issuer.Person = new() { ["sub"] = "ada-at-work", ["email"] = "ada@example.org", ["email_verified"] = true };
        await using var browser = await chromium.OpenAsync(site.Server);
        var page = browser.Page;

        // Her address alone does not give her the account.
        await browser.GoAsync("/login");
        await page.GetByRole(AriaRole.Link, new() { Name = "Log in with Example Login" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You have an account already" })).ToBeVisibleAsync();
        await browser.AccessibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Log in with the password" }).ClickAsync();
        await page.GetByLabel("User name or mail address").FillAsync("ada");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Connect Example Login" }).ClickAsync();
        await page.GetByLabel("Your password here").FillAsync(HubServer.Password);
        await browser.AccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-notice]")).ToHaveTextAsync("You can log in with Example Login from now on.");
        await browser.AccessibleAsync();

        await using var again = await chromium.OpenAsync(site.Server);
        await again.GoAsync("/login");
        await again.Page.GetByRole(AriaRole.Link, new() { Name = "Log in with Example Login" }).ClickAsync();
        await Assertions.Expect(again.Page.Locator("[data-menu=account]")).ToContainTextAsync("ada");
    }

    /// <summary>A server that trusts an issuer on another port.</summary>
    public sealed class Site : IAsyncLifetime
    {
        internal TestIssuer Issuer { get; private set; } = null!;

        public HubServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Issuer = await TestIssuer.StartAsync();
            Server = await HubServer.StartAsync(new Dictionary<string, string>
            {
                ["Oidc__Authority"] = Issuer.Address,
                ["Oidc__ClientId"] = TestIssuer.ClientId,
                ["Oidc__ClientSecret"] = TestIssuer.ClientSecret,
                ["Oidc__Name"] = "Example Login",
                ["Oidc__AllowJoin"] = "true",
            });
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }
}
