using Microsoft.Playwright;

namespace RepoHost.EndToEnd.Browser;

/// <summary>What an administrator does with people's accounts, and a person with their own, in verbs.</summary>
internal sealed class PeoplePages(SiteBrowser browser)
{
    private IPage Page => browser.Page;

    public ILocator Faults => Page.Locator("[data-faults]");

    public ILocator Notice => Page.Locator("[data-notice]");

    public ILocator Standing => Page.Locator("[data-standing]");

    public ILocator Row(string name) => Page.Locator($"[data-person='{name}']");

    public async Task SearchAsync(string text)
    {
        await browser.GoAsync("/admin");
        await Page.GetByLabel("Name or mail address").FillAsync(text);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
    }

    public async Task OpenAsync(string name)
    {
        await SearchAsync(name);
        await Row(name).GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
    }

    public Task PressAsync(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    public async Task DeleteAsync(string name, string typed, bool withRepositories = false)
    {
        if (withRepositories)
            await Page.GetByLabel("Delete the repository of this person too").CheckAsync();
        await Page.GetByLabel($"Type {name} to delete the account").FillAsync(typed);
        await PressAsync($"Delete {name}");
    }

    public Task<int> OwnAsync() => browser.GoAsync("/settings/account");

    public async Task<string> DownloadAsync()
    {
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.Locator("[data-export]").ClickAsync());
        await using var content = await download.CreateReadStreamAsync();
        using var text = new StreamReader(content);
        return await text.ReadToEndAsync();
    }

    public async Task LeaveAsync(string name, string password)
    {
        await OwnAsync();
        await Page.GetByLabel($"Type {name} to delete your account").FillAsync(name);
        await Page.GetByLabel("Your password").FillAsync(password);
        await PressAsync("Delete my account");
    }
}
