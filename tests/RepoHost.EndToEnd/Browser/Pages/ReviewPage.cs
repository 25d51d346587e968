using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace RepoHost.EndToEnd.Browser.Pages;

/// <summary>The review of a repository's access requests.</summary>
public sealed class ReviewPage(SiteBrowser browser, string id)
{
    private IPage Page => browser.Page;

    public Task<int> OpenAsync(string status = "pending") => browser.GoAsync($"/{id}/settings/access-requests?status={status}");

    public ILocator RequestOf(string person) => Page.Locator($"li[data-request=\"{person}\"]");

    public Task CountsAsync(string status, int count) => Assertions.Expect(Page.Locator($"[data-tab={status}] [data-count]")).ToHaveTextAsync($"{count}");

    public Task AnsweredAsync(string person, string label, string answer) =>
        Assertions.Expect(RequestOf(person).Locator($"[data-answer=\"{label}\"]")).ToHaveTextAsync(answer);

    public Task AcceptAsync(string person) => RequestOf(person).GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();

    public Task RejectAsync(string person, string reason) => DecideAsync(RequestOf(person), "reject", reason);

    public Task ResetAsync(string person, string reason) => DecideAsync(RequestOf(person), "reset", reason);

    /// <summary>Ticks some and accepts them together.</summary>
    public async Task AcceptTogetherAsync(params IEnumerable<string> people)
    {
        foreach (var person in people)
            await Page.GetByLabel($"Select {person}", new() { Exact = true }).CheckAsync();
        await Page.Locator("[data-batch]").GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
    }

    /// <summary>By the exact name, as it works without script.</summary>
    public async Task AddAccessAsync(string person)
    {
        await Page.Locator("[data-add-access] > summary").ClickAsync();
        await Page.GetByLabel("User name", new() { Exact = true }).FillAsync(person);
        await SendGrantAsync();
    }

    /// <summary>By the proposals while a name is typed, with the keyboard.</summary>
    public async Task AddAccessBySearchAsync(string beginning, string person)
    {
        await Page.Locator("[data-add-access] > summary").ClickAsync();
        var field = Page.GetByLabel("User name", new() { Exact = true });
        await field.PressSequentiallyAsync(beginning);
        var option = Page.GetByRole(AriaRole.Option, new() { NameRegex = new Regex($@"\b{Regex.Escape(person)}\b") });
        await Assertions.Expect(option).ToBeVisibleAsync();
        while (await option.GetAttributeAsync("aria-selected") != "true")
            await field.PressAsync("ArrowDown");
        await field.PressAsync("Enter");
        await Assertions.Expect(field).ToHaveValueAsync(person);
        await SendGrantAsync();
    }

    /// <summary>Types the whole name and presses the button while people are still proposed.</summary>
    public async Task AddAccessAtOnceAsync(string person)
    {
        await Page.Locator("[data-add-access] > summary").ClickAsync();
        await Page.GetByLabel("User name", new() { Exact = true }).PressSequentiallyAsync(person);
        await Assertions.Expect(Page.GetByRole(AriaRole.Option, new() { Name = person })).ToBeVisibleAsync();
        var button = await Page.Locator("[data-add-access]").GetByRole(AriaRole.Button, new() { Name = "Add access", Exact = true }).BoundingBoxAsync();
        await Page.Mouse.MoveAsync(button!.X + (button.Width / 2), button.Y + (button.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.UpAsync();
    }

    /// <summary>The name of the saved file and its content.</summary>
    public async Task<(string Name, string Content)> DownloadReportAsync(string link)
    {
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync());
        return (download.SuggestedFilename, await File.ReadAllTextAsync(await download.PathAsync()));
    }

    public Task SaysAsync(string notice) => Assertions.Expect(Page.Locator("[data-notice]")).ToHaveTextAsync(notice);

    private static async Task DecideAsync(ILocator within, string word, string reason)
    {
        var details = within.Locator($"[data-reason-of={word}]");
        await details.Locator("summary").ClickAsync();
        await details.Locator("textarea").FillAsync(reason);
        await details.GetByRole(AriaRole.Button).ClickAsync();
    }

    private Task SendGrantAsync() => Page.Locator("[data-add-access]").GetByRole(AriaRole.Button, new() { Name = "Add access", Exact = true }).ClickAsync();
}
