using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace RepoHost.EndToEnd.Browser.Pages;

/// <summary>A repository's page as a visitor uses it: its gate, and downloads.</summary>
public sealed class RepositoryPageObject(SiteBrowser browser, string id)
{
    private IPage Page => browser.Page;

    private ILocator Gate => Page.Locator("[data-gate]");

    public async Task OpenAsync() => await browser.GoAsync($"/{id}");

    /// <summary>What the gate shows: form, pending, accepted…</summary>
    public Task ShowsAsync(string state) => Assertions.Expect(Gate).ToHaveAttributeAsync("data-gate", state);

    public Task ShowsNoGateAsync() => Assertions.Expect(Gate).ToHaveCountAsync(0);

    public Task SaysAsync(string sentence) => Assertions.Expect(Page.Locator("[data-gate-state]")).ToContainTextAsync(sentence);

    public Task GivesReasonAsync(string reason) => Assertions.Expect(Gate.Locator("[data-reason]")).ToHaveTextAsync($"Reason: {reason}");

    /// <summary>The labels of the form, from top to bottom.</summary>
    public async Task<IReadOnlyList<string>> LabelsAsync() => await Gate.Locator("form label").AllInnerTextsAsync();

    /// <summary>Answers a field, whatever it asks for.</summary>
    public async Task AnswerAsync(string label, string answer)
    {
        var field = Page.GetByLabel(label, new() { Exact = true });
        switch (await field.GetAttributeAsync("type") ?? "select")
        {
            case "select":
                await field.SelectOptionAsync(answer);
                break;
            case "checkbox":
                await field.CheckAsync();
                break;
            default:
                await field.FillAsync(answer);
                break;
        }
    }

    public async Task AnswerAsync(IReadOnlyDictionary<string, string> answers)
    {
        foreach (var (label, answer) in answers)
            await AnswerAsync(label, answer);
    }

    public Task AgreeAsync() => Page.Locator("[data-agree]").ClickAsync();

    /// <summary>The error that stands beside a field and is read with it.</summary>
    public async Task HasErrorAsync(string label, string message)
    {
        var field = Page.GetByLabel(label, new() { Exact = true });
        await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(field).ToHaveAccessibleDescriptionAsync(new Regex(Regex.Escape(message)));
    }

    public Task StillHoldsAsync(string label, string answer) => Assertions.Expect(Page.GetByLabel(label, new() { Exact = true })).ToHaveValueAsync(answer);

    /// <summary>Saves a file by its address, with nothing but the session; gives back its content.</summary>
    public async Task<string> DownloadAsync(string path)
    {
        var download = await Page.RunAndWaitForDownloadAsync(async () =>
        {
            try
            {
                await Page.GotoAsync($"/{id}/resolve/main/{path}?download=true");
            }
            catch (PlaywrightException e) when (e.Message.Contains("Download is starting", StringComparison.Ordinal) || e.Message.Contains("ERR_ABORTED", StringComparison.Ordinal))
            {
                // That is how a browser says that it saves instead of showing.
            }
        });
        return await File.ReadAllTextAsync(await download.PathAsync());
    }

    /// <summary>Opens a file that the gate keeps: the page says why.</summary>
    public async Task<(int Status, string Message)> RefusedDownloadAsync(string path) =>
        (await browser.GoAsync($"/{id}/resolve/main/{path}"), await Page.Locator("[data-gate-message]").InnerTextAsync());
}
