using System.Net;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Tokens made, changed and ended in the browser, and used by programs.</summary>
public sealed class TokenPageTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_is_made_shown_once_used_and_revoked(bool script)
    {
        var (name, repository) = await AcceptedAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(name);
        var pages = new TokenPages(browser);
        await pages.OpenAsync();
        await Assertions.Expect(browser.Page.Locator("[data-empty]")).ToBeVisibleAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "New token" }).ClickAsync();
        await pages.NameAsync("laptop");
        await pages.ChooseAsync("Read");
        var token = await pages.MakeAsync();
        Assert.Matches("^hf_[A-Za-z0-9]{34,253}$", token);
        await Assertions.Expect(browser.Page.Locator("#hf")).ToContainTextAsync($"export HF_ENDPOINT={world.Server.Base}\nhf auth login --token {token}");
        await Assertions.Expect(browser.Page.Locator("#git")).ToContainTextAsync($"git clone {world.Server.Base}/");
        Assert.DoesNotContain(token, browser.Page.Url, StringComparison.Ordinal);

        // The real curl, as the page says it.
        var file = $"{world.Server.Base}/{repository}/resolve/main/config.json";
        var fetched = await CurlAsync("-H", $"Authorization: Bearer {token}", file);
        Assert.Equal("200", fetched.Split('\n')[^1]);

        await pages.OpenAsync();
        await Assertions.Expect(pages.Tokens).ToHaveCountAsync(1);
        await Assertions.Expect(pages.Token("laptop").Locator(".badge")).ToHaveTextAsync("Read");
        Assert.DoesNotContain(token, await browser.Page.ContentAsync(), StringComparison.Ordinal);
        await pages.RevokeAsync("laptop");
        await Assertions.Expect(browser.Page.Locator("[data-notice]")).ToContainTextAsync("The token is revoked");
        await Assertions.Expect(pages.Tokens).ToHaveCountAsync(0);
        await Assertions.Expect(browser.Page.Locator("[data-ended]")).ToContainTextAsync("Tokens that have ended (1)");
        Assert.Equal("401", (await CurlAsync("-H", $"Authorization: Bearer {token}", file)).Split('\n')[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fine_grained_token_gets_the_rights_that_were_ticked_and_other_ones_later(bool script)
    {
        var name = await MemberAsync();
        var (gated, mine) = (await world.NewRepositoryAsync(), await PrivateAsync());
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(name);
        var pages = new TokenPages(browser);
        await pages.OpenNewAsync();
        await pages.NameAsync("server");
        await pages.ChooseAsync("Fine-grained");
        await pages.AddRowAsync(mine);
        await Assertions.Expect(pages.Right("Read", mine)).ToBeCheckedAsync();
        // Nothing that was filled in before is lost.
        await Assertions.Expect(browser.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("server");
        await pages.Right("Write", mine).CheckAsync();
        var token = await pages.MakeAsync();
        Assert.Equal((200, 403, 201), (await GetAsync(token, mine), await GetAsync(token, gated), await BranchAsync(token, mine)));

        await pages.OpenAsync();
        await Assertions.Expect(pages.Token("server").Locator("[data-rights-summary]")).ToHaveTextAsync($"{mine}: Read, Write");
        await pages.ChangeRightsAsync("server");
        await pages.Right("Read", mine).UncheckAsync();
        await pages.Right("Read", "acme").CheckAsync();
        await pages.Right("Write", mine).UncheckAsync();
        await pages.SaveAsync();
        await Assertions.Expect(pages.Token("server").Locator("[data-rights-summary]")).ToHaveTextAsync("acme: Read");
        Assert.Equal((200, 200, 403), (await GetAsync(token, mine), await GetAsync(token, gated), await BranchAsync(token, mine)));
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_the_field_and_nothing_is_lost()
    {
        var name = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(name);
        var pages = new TokenPages(browser);
        await browser.GoAsync("/settings/tokens/new?tokenType=fineGrained&canReadGatedRepos=true");
        await Assertions.Expect(browser.Page.GetByLabel("Read gated repositories")).ToBeCheckedAsync();
        await pages.NameAsync("bad]name");
        await browser.Page.GetByLabel("It ends after").SelectOptionAsync("30");
        await pages.Right("Settings", name).CheckAsync();
        await pages.AddRowAsync("acme/there-is-none");
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToContainTextAsync("There is no repository acme/there-is-none that you can see.");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("#name-error")).ToContainTextAsync("no ']'");
        await Assertions.Expect(browser.Page.Locator("#add-error")).ToContainTextAsync("is not in the list yet");
        await Assertions.Expect(browser.Page.GetByLabel("It ends after")).ToHaveValueAsync("30");
        await Assertions.Expect(pages.Right("Settings", name)).ToBeCheckedAsync();
        await Assertions.Expect(browser.Page.GetByLabel("Read gated repositories")).ToBeCheckedAsync();
        await browser.AccessibleAsync();
        await pages.NameAsync("good name");
        await browser.Page.GetByLabel("Another repository or namespace").FillAsync("");
        Assert.StartsWith("hf_", await pages.MakeAsync(), StringComparison.Ordinal);
    }

    /// <summary>Enter in the name field makes the token, although another button stands first among what is seen.</summary>
    [Fact]
    public async Task The_enter_key_makes_the_token()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(await world.NewPersonAsync());
        var pages = new TokenPages(browser);
        await pages.OpenNewAsync();
        await pages.NameAsync("by keyboard");
        await browser.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(pages.NewToken).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_pages_are_accessible_and_fit_a_phone()
    {
        var name = await MemberAsync();
        foreach (var (colors, viewport) in new[] { (ColorScheme.Light, (ViewportSize?)null), (ColorScheme.Dark, new ViewportSize { Width = 390, Height = 844 }) })
        {
            await using var browser = await chromium.OpenAsync(world.Server, colors: colors, viewport: viewport);
            await browser.LoginAsync(name);
            var pages = new TokenPages(browser);
            await pages.OpenNewAsync();
            await pages.NameAsync(colors.ToString());
            await pages.ChooseAsync("Fine-grained");
            await browser.AccessibleAsync();
            await browser.FitsAsync();
            await pages.MakeAsync();
            await browser.AccessibleAsync();
            await browser.FitsAsync();
            await pages.OpenAsync();
            await pages.Token(colors.ToString()).Locator("summary").ClickAsync();
            await browser.AccessibleAsync();
            await browser.FitsAsync();
            await pages.ChangeRightsAsync(colors.ToString());
            await browser.AccessibleAsync();
            await browser.FitsAsync();
        }
    }

    /// <summary>Where the token could stay behind: the address, the history, cookies, a cache, the server's log.</summary>
    [Fact]
    public async Task The_shown_token_stays_nowhere()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(await world.NewPersonAsync());
        var pages = new TokenPages(browser);
        await pages.OpenNewAsync();
        await pages.NameAsync("secret");
        IResponse? answer = null;
        browser.Page.Response += (_, response) => answer = response.Request.Method == "POST" ? response : answer;
        var token = await pages.MakeAsync();
        Assert.Contains("no-store", await answer!.HeaderValueAsync("cache-control"), StringComparison.Ordinal);
        await pages.OpenAsync();
        Assert.DoesNotContain(await browser.Context.CookiesAsync(), cookie => cookie.Value.Contains(token, StringComparison.Ordinal));
        // The browser has kept nothing: it would have to send the form again.
        Assert.Contains("ERR_CACHE_MISS", (await Assert.ThrowsAsync<PlaywrightException>(() => browser.Page.GoBackAsync())).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, world.Server.Program.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_token_is_not_found()
    {
        var (mine, theirs) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        await world.Server.RunAsync("token", "add", theirs, "--name", "t", "--role", "fineGrained");
        var id = (await world.Server.RunAsync("token", "list", theirs)).Split('\t')[0];
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(mine);
        Assert.Equal(404, await browser.GoAsync($"/settings/tokens/{id}"));
        await browser.GoAsync("/settings/tokens");
        // A form of one's own, sent with another's id.
        await browser.GoAsync("/settings/tokens/new");
        var csrf = await browser.Page.Locator("form[data-form=token] input[name=csrf]").InputValueAsync();
        var form = browser.Context.APIRequest.CreateFormData();
        form.Set("csrf", csrf);
        form.Set("id", id);
        Assert.Equal(404, (await browser.Context.APIRequest.PostAsync("/settings/tokens", new() { Form = form })).Status);
        Assert.Contains("until", await world.Server.RunAsync("token", "list", theirs), StringComparison.Ordinal);
    }

    private async Task<(string Name, string Repository)> AcceptedAsync()
    {
        var (name, repository) = (await world.NewPersonAsync(), await world.NewRepositoryAsync());
        await world.GrantAsync($"models/{repository}", name);
        return (name, repository);
    }

    private async Task<string> MemberAsync()
    {
        var name = await world.NewPersonAsync();
        await world.Server.RunAsync("org", "member", "acme", name, "--role", "write");
        return name;
    }

    private async Task<string> PrivateAsync()
    {
        var id = $"acme/hidden-{Guid.NewGuid():N}";
        await world.Server.AddRepositoryAsync("model", id, Paths.Sample("models/acme/tiny-sentiment-open"), isPrivate: true);
        return id;
    }

    private async Task<int> GetAsync(string token, string repository)
    {
        using var client = world.Server.As(token);
        using var response = await client.GetAsync($"/{repository}/resolve/main/config.json");
        return (int)response.StatusCode;
    }

    /// <summary>201 when the branch was made.</summary>
    private async Task<int> BranchAsync(string token, string repository)
    {
        using var client = world.Server.As(token);
        using var response = await client.PostAsync($"/api/models/{repository}/branch/b{Guid.NewGuid():N}", new StringContent("{}", null, "application/json"));
        return response.StatusCode == HttpStatusCode.OK ? 201 : (int)response.StatusCode;
    }

    private static async Task<string> CurlAsync(params string[] arguments)
    {
        var result = await ChildProgram.RunAsync(
            Requires.PathOf("curl"), ["-sS", "-o", "-", "-w", "\n%{http_code}", .. arguments], new Dictionary<string, string>(), Path.GetTempPath(), "", TestContext.Current.CancellationToken);
        return result.Output.TrimEnd();
    }
}
