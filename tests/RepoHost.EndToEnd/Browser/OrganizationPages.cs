using Microsoft.Playwright;

namespace RepoHost.EndToEnd.Browser;

/// <summary>What one person does on the pages about organizations, in verbs.</summary>
internal sealed class OrganizationPages(SiteBrowser browser)
{
    private IPage Page => browser.Page;

    public ILocator Faults => Page.Locator("[data-faults]");

    public ILocator Notice => Page.Locator("[data-notice]");

    public async Task MakeAsync(string name, string fullName)
    {
        await browser.GoAsync("/organizations/new");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await Page.GetByLabel("Full name").FillAsync(fullName);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Make the organization" }).ClickAsync();
        await Assertions.Expect(Notice.Or(Faults)).ToBeVisibleAsync();
    }

    public Task<int> MembersAsync(string organization) => browser.GoAsync($"/organizations/{organization}/settings/members");

    public ILocator Member(string name) => Page.Locator($"[data-member={name}]");

    public async Task InviteAsync(string organization, string who, string role)
    {
        await MembersAsync(organization);
        var form = Page.Locator("[data-form=invite]");
        await form.GetByLabel("User name or mail address").FillAsync(who);
        await form.GetByLabel("Role").SelectOptionAsync(role);
        await form.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        await Assertions.Expect(Notice.Or(Faults)).ToBeVisibleAsync();
    }

    public async Task WithdrawAsync(string organization, string who)
    {
        await MembersAsync(organization);
        await Page.Locator($"[data-invitation='{who}']").GetByRole(AriaRole.Button).ClickAsync();
    }

    public async Task SetRoleAsync(string organization, string name, string role)
    {
        await MembersAsync(organization);
        await Page.GetByLabel($"Role of {name}", new() { Exact = true }).SelectOptionAsync(role);
        await Member(name).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
    }

    public async Task RemoveAsync(string organization, string name)
    {
        await MembersAsync(organization);
        await Member(name).Locator("summary").ClickAsync();
        await Member(name).GetByRole(AriaRole.Button, new() { Name = $"Remove {name}" }).ClickAsync();
    }

    public Task<int> MineAsync() => browser.GoAsync("/settings/organizations");

    public ILocator Membership(string organization) => Page.Locator($"[data-membership={organization}]");

    public ILocator Invitation(string organization) => Page.Locator($"[data-invitation={organization}]");

    public async Task AnswerAsync(string organization, string word)
    {
        await MineAsync();
        await Invitation(organization).GetByRole(AriaRole.Button, new() { Name = word }).ClickAsync();
        await Assertions.Expect(Notice).ToBeVisibleAsync();
    }

    public async Task LeaveAsync(string organization)
    {
        await MineAsync();
        await Membership(organization).Locator("summary").ClickAsync();
        await Membership(organization).GetByRole(AriaRole.Button, new() { Name = $"Leave {organization}" }).ClickAsync();
        await Assertions.Expect(Notice.Or(Faults)).ToBeVisibleAsync();
    }

    public Task<int> SettingsAsync(string organization) => browser.GoAsync($"/organizations/{organization}/settings");

    public async Task DeleteAsync(string organization, string typed)
    {
        await SettingsAsync(organization);
        await Page.GetByLabel($"Type {organization} to delete it").FillAsync(typed);
        await Page.GetByRole(AriaRole.Button, new() { Name = $"Delete {organization}" }).ClickAsync();
        await Assertions.Expect(Notice.Or(Faults)).ToBeVisibleAsync();
    }

    public Task<int> MachinesAsync(string organization) => browser.GoAsync($"/organizations/{organization}/settings/service-accounts");

    public Task<int> MachineAsync(string organization, string name) => browser.GoAsync($"/organizations/{organization}/settings/service-accounts/{name}");

    public async Task AddMachineAsync(string organization, string name, string role)
    {
        await MachinesAsync(organization);
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await Page.GetByLabel($"Role in {organization}").SelectOptionAsync(role);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Assertions.Expect(Notice.Or(Faults)).ToBeVisibleAsync();
    }

    /// <summary>On the machine's page; gives back the token's text.</summary>
    public async Task<string> MakeTokenAsync(string name, string rights)
    {
        var form = Page.Locator("[data-form=token]");
        await form.GetByLabel("Name").FillAsync(name);
        await form.GetByLabel("Rights").SelectOptionAsync(rights);
        await form.GetByRole(AriaRole.Button, new() { Name = "Make a token" }).ClickAsync();
        return (await Page.Locator("[data-token] code").TextContentAsync())!.Trim();
    }
}
