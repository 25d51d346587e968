using Microsoft.Playwright;

namespace RepoHost.EndToEnd.Browser;

/// <summary>The token pages as a person uses them.</summary>
public sealed class TokenPages(SiteBrowser browser)
{
    private IPage Page => browser.Page;

    public ILocator Tokens => Page.Locator("[data-token]");

    public ILocator NewToken => Page.Locator("[data-new-token]");

    public Task OpenAsync() => browser.GoAsync("/settings/tokens");

    public Task OpenNewAsync() => browser.GoAsync("/settings/tokens/new");

    public ILocator Token(string name) => Tokens.Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true }) });

    public Task NameAsync(string name) => Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);

    public Task ChooseAsync(string role) => Page.GetByLabel(role, new() { Exact = true }).CheckAsync();

    public ILocator Right(string right, string at) => Page.GetByRole(AriaRole.Checkbox, new() { Name = $"{right}: {at}", Exact = true });

    public async Task AddRowAsync(string name)
    {
        await Page.GetByLabel("Another repository or namespace").FillAsync(name);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add a row" }).ClickAsync();
    }

    /// <summary>Presses the button and gives back the token that is shown.</summary>
    public async Task<string> MakeAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
        return await NewToken.InnerTextAsync();
    }

    public async Task RevokeAsync(string name)
    {
        var token = Token(name);
        await token.Locator("summary").ClickAsync();
        await token.GetByRole(AriaRole.Button, new() { Name = "Revoke this token" }).ClickAsync();
    }

    public async Task ChangeRightsAsync(string name) => await Token(name).GetByRole(AriaRole.Link, new() { Name = "Change rights" }).ClickAsync();

    public Task SaveAsync() => Page.GetByRole(AriaRole.Button, new() { Name = "Save the rights" }).ClickAsync();
}
