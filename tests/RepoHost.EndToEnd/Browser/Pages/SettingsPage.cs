using Microsoft.Playwright;

namespace RepoHost.EndToEnd.Browser.Pages;

/// <summary>A repository's settings.</summary>
public sealed class SettingsPage(SiteBrowser browser, string id)
{
    private IPage Page => browser.Page;

    public Task<int> OpenAsync() => browser.GoAsync($"/{id}/settings");

    public Task EnableAccessRequestsAsync() => Section("gate").GetByRole(AriaRole.Button, new() { Name = "Enable Access request" }).ClickAsync();

    /// <param name="mode">No access requests, Automatic approval, Manual approval.</param>
    public async Task ChooseAsync(string mode)
    {
        await Section("gate").GetByRole(AriaRole.Radio, new() { Name = mode }).CheckAsync();
        await Section("gate").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
    }

    /// <summary>The offer that stands there when the card holds the gate.</summary>
    public Task CommitTheRemovalAsync() => Section("gate").GetByRole(AriaRole.Button, new() { Name = "Commit the removal" }).ClickAsync();

    /// <summary>In the section whose form was sent.</summary>
    public Task SaysAsync(string section, string notice) => Assertions.Expect(Section(section).Locator("[data-saved]")).ToHaveTextAsync(notice);

    public Task RefusesAsync(string part) => Assertions.Expect(Section("gate").Locator(".error")).ToContainTextAsync(part);

    public async Task DeleteAsync(string typed)
    {
        await Section("delete").GetByRole(AriaRole.Textbox).FillAsync(typed);
        await Section("delete").GetByRole(AriaRole.Button).ClickAsync();
    }

    public ILocator Section(string name) => Page.Locator($"[data-section={name}]");
}
