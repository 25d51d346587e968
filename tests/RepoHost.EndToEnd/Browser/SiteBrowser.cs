using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>
/// One person at one browser. Whatever the browser complains about (an exception, a refused script or style, a failed resource of ours) fails the test when it is
/// disposed; a failed test leaves a screenshot in TestResults/browser.
/// </summary>
public sealed class SiteBrowser : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly bool script;
    private readonly List<string> complaints = [];

    internal SiteBrowser(HubServer server, IBrowserContext context, IPage page, bool script)
    {
        Server = server;
        this.context = context;
        this.script = script;
        Page = page;
        context.Console += (_, message) =>
        {
            // Pages that are refusals are 401, 403 and 404 on purpose, and Chromium writes that down as an error.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        context.WebError += (_, error) => complaints.Add(error.Error);
    }

    public HubServer Server { get; }

    public IPage Page { get; }

    public bool HasScript => script;

    public IBrowserContext Context => context;

    /// <summary>Opens an address of the site and gives back the status.</summary>
    public async Task<int> GoAsync(string path) => (await Page.GotoAsync(path))?.Status ?? 0;

    /// <summary>Logs in by the form.</summary>
    public async Task LoginAsync(string name, string password = HubServer.Password)
    {
        await GoAsync("/login");
        await Page.GetByLabel("User name or mail address").FillAsync(name);
        await Page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(Page.Locator("[data-menu=account]")).ToBeVisibleAsync();
    }

    /// <summary>What the browser complained of because the test wanted it to.</summary>
    public void Forget(string complaint) => Assert.NotEqual(0, complaints.RemoveAll(said => said.Contains(complaint, StringComparison.Ordinal)));

    /// <summary>Nothing on this page breaks a rule of WCAG 2.2 A or AA that a program can find.</summary>
    public async Task AccessibleAsync()
    {
        Assert.True(script, "axe-core is a script");
        var found = await Page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
        Assert.True(
            found.Violations.Length == 0,
            $"{Page.Url}\n" + string.Join('\n', found.Violations.Select(v => $"{v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Take(5).Select(n => n.Html))}")));
    }

    /// <summary>No page is wider than the screen: nobody scrolls sideways to read.</summary>
    public async Task FitsAsync()
    {
        var (wide, screen) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("document.documentElement.clientWidth"));
        Assert.True(wide <= screen, $"{Page.Url} is {wide} wide on a screen of {screen}");
    }

    public async ValueTask DisposeAsync()
    {
        var state = TestContext.Current.TestState;
        if (state?.Result == TestResult.Failed || complaints.Count > 0)
            await ScreenshotAsync();
        await context.CloseAsync();
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    private async Task ScreenshotAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Paths.Root, "TestResults", "browser")).FullName;
        var name = string.Concat((TestContext.Current.Test?.TestDisplayName ?? "test").Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name[..Math.Min(name.Length, 150)]}.png"), FullPage = true });
    }
}
