using Microsoft.Playwright;
using MimeKit;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>The settings of mails, and the page that the last line of every mail leads to.</summary>
public sealed class NotificationsTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_chooses_mails_and_a_time_zone(bool script)
    {
        var name = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(name);
        await browser.GoAsync("/settings/notifications");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Navigation, new() { Name = "Settings" }).GetByRole(AriaRole.Link, new() { Name = "Notifications" })).ToHaveAttributeAsync("aria-current", "page");
        var (requests, decisions, zone) = (Control(browser, "Mails about access requests that I review"), Control(browser, "Mails about what became of my own requests"), Control(browser, "Time zone"));
        await Assertions.Expect(requests).ToBeCheckedAsync();
        await Assertions.Expect(decisions).ToBeCheckedAsync();
        await Assertions.Expect(zone).ToHaveValueAsync("");

        await decisions.UncheckAsync();
        await zone.SelectOptionAsync("Europe/Berlin");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-notice]")).ToHaveTextAsync("Your notification settings are saved.");
        await browser.GoAsync("/settings/notifications");
        await Assertions.Expect(requests).ToBeCheckedAsync();
        await Assertions.Expect(decisions).Not.ToBeCheckedAsync();
        await Assertions.Expect(zone).ToHaveValueAsync("Europe/Berlin");
        if (script)
            await browser.AccessibleAsync();
        await browser.FitsAsync();
    }

    [Fact]
    public async Task The_last_line_of_a_mail_leads_to_a_button_that_needs_no_login()
    {
        var name = await world.NewPersonAsync();
        await world.GrantAsync($"models/{World.Gated}", name);
        var mail = await MailToAsync($"{name}@example.org");
        var address = new Uri(mail.TextBody!.ReplaceLineEndings("\n").Trim().Split('\n')[^1]);
        Assert.Equal($"<{address}>", mail.Headers["List-Unsubscribe"]);

        await using var browser = await chromium.OpenAsync(world.Server);
        Assert.Equal(200, await browser.GoAsync(address.PathAndQuery));
        await browser.AccessibleAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Turn off" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "Mails are off" })).ToBeVisibleAsync();

        // The same switch as in the settings.
        await browser.LoginAsync(name);
        await browser.GoAsync("/settings/notifications");
        await Assertions.Expect(Control(browser, "Mails about what became of my own requests")).Not.ToBeCheckedAsync();
        await Assertions.Expect(Control(browser, "Mails about access requests that I review")).ToBeCheckedAsync();

        // And back, logged in, when the form has to be the site's own.
        await browser.GoAsync(address.PathAndQuery);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Turn on again" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "Turn off mails?" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Half_an_address_says_what_is_wrong()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        Assert.Equal(400, await browser.GoAsync("/unsubscribe?m=CfDJ8"));
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync("Copy all of it from the mail");
        await browser.AccessibleAsync();
    }

    private static ILocator Control(SiteBrowser browser, string label) => browser.Page.GetByLabel(label);

    /// <summary>The server of these tests has no mail server, so mails are files.</summary>
    private async Task<MimeMessage> MailToAsync(string address)
    {
        var folder = Path.Combine(world.Server.Folder, "data", "mail");
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(1))
        {
            foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.eml") : [])
            {
                var mail = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
                if (mail.To.Mailboxes.Single().Address == address)
                    return mail;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"No mail to {address} came.");
    }
}
