using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>What all pages share: the frame, logging in and out, error pages, headers.</summary>
public sealed class FrameTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_logs_in_sees_their_name_and_logs_out(bool script)
    {
        var name = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(name);
        Assert.Equal("/", new Uri(browser.Page.Url).AbsolutePath);
        var menu = browser.Page.Locator("[data-menu=account]");
        await menu.Locator("summary").ClickAsync();
        await menu.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Link, new() { Name = "Log in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wrong_password_says_so_and_keeps_the_name()
    {
        var name = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.GoAsync("/login");
        await browser.Page.GetByLabel("User name or mail address").FillAsync(name);
        await browser.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("something else");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToHaveTextAsync("The name or the password is not right. After 5 wrong passwords an account takes none for 5 minutes.");
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToBeFocusedAsync();
        await Assertions.Expect(browser.Page.GetByLabel("User name or mail address")).ToHaveValueAsync(name);
        Assert.Equal("", await browser.Page.GetByLabel("Password", new() { Exact = true }).InputValueAsync());
        await browser.AccessibleAsync();
    }

    [Theory]
    [InlineData("/login?next=/settings/tokens%3Fa=b", "/settings/tokens")]
    [InlineData("/login?next=https://elsewhere.example/", "/")]
    [InlineData("/login?next=//elsewhere.example/", "/")]
    [InlineData("/login?next=/%5Celsewhere.example/", "/")]
    public async Task After_logging_in_a_person_is_where_they_wanted_to_be_but_never_on_another_site(string address, string expected)
    {
        var name = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.GoAsync(address);
        await browser.Page.GetByLabel("User name or mail address").FillAsync(name);
        await browser.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-menu=account]")).ToBeVisibleAsync();
        Assert.Equal((world.Server.Address.Authority, expected), (new Uri(browser.Page.Url).Authority, new Uri(browser.Page.Url).AbsolutePath));
    }

    [Fact]
    public async Task A_missing_page_is_a_page_of_the_site()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        Assert.Equal(404, await browser.GoAsync("/settings/there-is-no-such-page"));
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "Not found" })).ToBeVisibleAsync();
        await browser.AccessibleAsync();
    }

    [Fact]
    public async Task A_refused_download_in_the_browser_says_why_and_leads_to_the_form()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        Assert.Equal(401, await browser.GoAsync($"/{World.Gated}/resolve/main/config.json"));
        await Assertions.Expect(browser.Page.Locator("[data-gate-message]")).ToContainTextAsync("is restricted");
        Assert.Equal($"{world.Server.Base}/{World.Gated}", await browser.Page.Locator("[data-gate-page]").GetAttributeAsync("href"));
        await browser.AccessibleAsync();
    }

    [Fact]
    public async Task No_page_lets_anything_run_that_is_not_the_sites_own()
    {
        using var client = world.Server.As(null);
        using var page = await client.GetAsync("/login");
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(page.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_login_form_of_another_site_is_refused()
    {
        using var client = world.Server.As(null);
        using var answer = await client.PostAsync("/login", new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "author", ["password"] = HubServer.Password }));
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("did not come from this site", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
