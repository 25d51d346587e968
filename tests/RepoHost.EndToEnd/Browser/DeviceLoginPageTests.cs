using System.Text.Json.Nodes;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>A program asks for a login, its person lets it in with the browser, and it works (contract 9.4).</summary>
public sealed class DeviceLoginPageTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    private const string Client = "26be6b09-91c5-47da-9861-d2d2bb7a7e36";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_is_let_in_from_the_address_that_it_shows(bool script)
    {
        var name = await world.NewPersonAsync();
        var started = await StartAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script);
        // Nobody is logged in yet, and comes back here after logging in.
        await browser.GoAsync((string)started["verification_uri_complete"]!);
        await browser.Page.GetByLabel("User name or mail address").FillAsync(name);
        await browser.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();

        await Assertions.Expect(browser.Page.Locator("[data-user-code]")).ToHaveTextAsync((string)started["user_code"]!);
        await Assertions.Expect(browser.Page.Locator("[data-program]")).ToContainTextAsync("hf_hub/1.29.0");
        await Assertions.Expect(browser.Page.Locator("[data-address]")).ToContainTextAsync("the same address as this browser");
        Assert.Equal("authorization_pending", (string)(await PollAsync(started))["error"]!);
        if (script)
            await browser.AccessibleAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Let it in" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-notice]")).ToContainTextAsync("The program is let in");

        var token = await PollAsync(started);
        using var client = world.Server.As((string)token["access_token"]!);
        Assert.Equal(name, (string)JsonNode.Parse(await client.GetStringAsync("/api/whoami-v2"))!["name"]!);
        var pages = new TokenPages(browser);
        await pages.OpenAsync();
        await Assertions.Expect(pages.Token("Device login: hf_hub/1.29.0 python/3.13.5")).ToContainTextAsync("renews itself");
        await pages.RevokeAsync("Device login: hf_hub/1.29.0 python/3.13.5");
        using var after = await client.GetAsync("/api/whoami-v2");
        Assert.Equal(401, (int)after.StatusCode);
        Assert.Equal("invalid_grant", (string)(await TokenAsync(("grant_type", "refresh_token"), ("refresh_token", (string)token["refresh_token"]!)))["error"]!);
    }

    [Fact]
    public async Task A_typed_code_in_any_spelling_is_found_and_can_be_denied()
    {
        var started = await StartAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(await world.NewPersonAsync());
        await browser.GoAsync("/oauth/device");
        Assert.Equal("/oauth/device/verify", new Uri(browser.Page.Url).AbsolutePath);
        await browser.Page.GetByLabel("Code").FillAsync("BCDF-GHJK");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToContainTextAsync("No login waits for this code");
        await browser.AccessibleAsync();
        await browser.Page.GetByLabel("Code").FillAsync(((string)started["user_code"]!).Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant());
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-notice]")).ToContainTextAsync("turned away");
        Assert.Equal("access_denied", (string)(await PollAsync(started))["error"]!);
    }

    /// <summary>Threat row 47: opening the address decides nothing, and neither does a form of another site.</summary>
    [Fact]
    public async Task Looking_decides_nothing_and_a_forged_form_is_refused()
    {
        var started = await StartAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(await world.NewPersonAsync());
        foreach (var address in (string[])["verify?user_code={0}&do=approve", "verify?user_code={0}&decision=approve", "verify?handler=approve&user_code={0}"])
            await browser.GoAsync("/oauth/device/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, address, started["user_code"]));
        Assert.Equal("authorization_pending", (string)(await PollAsync(started))["error"]!);

        var form = browser.Context.APIRequest.CreateFormData();
        form.Set("user_code", (string)started["user_code"]!);
        form.Set("do", "approve");
        Assert.Equal(400, (await browser.Context.APIRequest.PostAsync("/oauth/device/verify", new() { Form = form })).Status);
        // Both are said of a login that nobody has decided about.
        Assert.Contains((string)(await PollAsync(started))["error"]!, (string[])["authorization_pending", "slow_down"]);
    }

    [Fact]
    public async Task What_a_program_calls_itself_is_text_and_never_markup()
    {
        var started = await StartAsync("evil/1.0; <script>alert(1)</script> \"onmouseover=alert(1)");
        await using var browser = await chromium.OpenAsync(world.Server, viewport: new() { Width = 390, Height = 844 }, colors: ColorScheme.Dark);
        await browser.LoginAsync(await world.NewPersonAsync());
        await browser.GoAsync((string)started["verification_uri_complete"]!);
        await Assertions.Expect(browser.Page.Locator("[data-program]")).ToContainTextAsync("evil/1.0");
        Assert.Equal(0, await browser.Page.Locator("[data-program] script").CountAsync());
        await browser.AccessibleAsync();
        await browser.FitsAsync();
    }

    private async Task<JsonObject> StartAsync(string program = "unknown/None; hf_hub/1.29.0; python/3.13.5")
    {
        using var client = world.Server.As(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", program);
        using var response = await client.PostAsync("/oauth/device", new FormUrlEncodedContent([new("client_id", Client)]));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    private Task<JsonObject> PollAsync(JsonObject started) =>
        TokenAsync(("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", (string)started["device_code"]!));

    private async Task<JsonObject> TokenAsync(params (string Name, string Value)[] form)
    {
        using var client = world.Server.As(null);
        using var response = await client.PostAsync("/oauth/token", new FormUrlEncodedContent(form.Append(("client_id", Client)).Select(f => KeyValuePair.Create(f.Item1, f.Item2))));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }
}
