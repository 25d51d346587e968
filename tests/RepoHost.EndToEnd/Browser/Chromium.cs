using Microsoft.Playwright;
using RepoHost.EndToEnd.Browser;
using RepoHost.EndToEnd.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace RepoHost.EndToEnd.Browser;

/// <summary>The one browser of all browser tests, started by the first of them: Debian's Chromium, driven by Playwright with Debian's node.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly Lazy<Task<IBrowser>> browser;
    private IPlaywright? playwright;

    public Chromium() => browser = new Lazy<Task<IBrowser>>(StartAsync);

    /// <summary>A browser of its own for one person: no cookie, no cache of anybody else.</summary>
    public async Task<SiteBrowser> OpenAsync(HubServer server, bool script = true, ColorScheme colors = ColorScheme.Light, ViewportSize? viewport = null)
    {
        Requires.Chromium();
        Requires.Tool("node");
        var context = await (await browser.Value).NewContextAsync(new()
        {
            BaseURL = server.Base,
            JavaScriptEnabled = script,
            ColorScheme = colors,
            ViewportSize = viewport ?? new() { Width = 1280, Height = 900 },
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(20_000);
        return new SiteBrowser(server, context, await context.NewPageAsync(), script);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser.IsValueCreated && browser.Value.IsCompletedSuccessfully)
            await (await browser.Value).CloseAsync();
        playwright?.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        // The driver is a script; the node that comes with it is not needed.
        Environment.SetEnvironmentVariable("PLAYWRIGHT_NODEJS_PATH", Requires.PathOf("node"));
        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(20_000);
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Requires.Chromium(),
            // The sandbox refuses to run as root.
            ChromiumSandbox = !Environment.IsPrivilegedProcess,
            Args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
        });
    }
}
