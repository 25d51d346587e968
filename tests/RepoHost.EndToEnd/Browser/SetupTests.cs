using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>The first start of an empty server: the link in its log makes the first administrator, once.</summary>
public sealed partial class SetupTests(Chromium chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_reads_the_log_becomes_the_first_administrator_and_nobody_after_them(bool script)
    {
        await using var server = await HubServer.StartAsync();
        var link = (await server.Program.WaitForLineAsync(SetupLine(), TestContext.Current.CancellationToken)).Groups["link"].Value;
        Assert.StartsWith($"{server.Base}/setup#", link, StringComparison.Ordinal);
        await using var browser = await chromium.OpenAsync(server, script);
        var page = browser.Page;
        await browser.GoAsync(link[server.Base.Length..]);
        if (script)
        {
            await Assertions.Expect(page.GetByLabel("Setup code")).ToHaveValueAsync(link.Split('#')[1]);
            Assert.Equal($"{server.Base}/setup", page.Url);
            await browser.AccessibleAsync();
        }
        else
        {
            await page.GetByLabel("Setup code").FillAsync(link.Split('#')[1]);
        }

        await browser.FitsAsync();
        await page.GetByLabel("User name").FillAsync("boss");
        await page.GetByLabel("Mail address").FillAsync("boss@example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the administrator" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-notice]")).ToContainTextAsync("You administer this server now.");
        await page.Locator("[data-menu=account] summary").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Administration" })).ToBeVisibleAsync();
        Assert.Equal(404, await browser.GoAsync("/setup"));
    }

    [GeneratedRegex(@"(?<link>http://\S+/setup#[a-z2-9]{26})")]
    private static partial Regex SetupLine();
}
