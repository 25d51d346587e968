using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages;

public sealed class ProfileTests(AccountsWorld world) : IClassFixture<AccountsWorld>
{
    [Fact]
    public async Task The_pages_send_whoever_is_not_logged_in_to_the_login_and_back()
    {
        using var browser = world.Browser();
        foreach (var path in (string[])["/settings/profile", "/settings/password", "/settings/password/connect", "/settings/profile/mail/x"])
            Assert.Equal($"/login?next={Uri.EscapeDataString(path)}", (await browser.GetAsync(path)).Location);
        foreach (var path in (string[])["/settings/profile", "/settings/profile?handler=mail", "/settings/password", "/settings/password?handler=disconnect"])
            Assert.Equal(401, (await browser.PostAsync(path, await browser.CsrfAsync("/login"))).Status);
    }

    [Fact]
    public async Task A_full_name_is_text_whatever_is_in_it()
    {
        using var browser = await LoggedInAsync("named");
        foreach (var name in new[] { "Ada Lovelace", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "‮evil", "العربية" })
        {
            Assert.Equal(303, (await browser.SendAsync("/settings/profile", ("fullname", name))).Status);
            Assert.Equal(name, (await world.FindAsync("named")).FullName);
            var page = (await browser.GetAsync("/settings/profile")).Html;
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        }

        Assert.Equal(303, (await browser.SendAsync("/settings/profile", ("fullname", "  "))).Status);
        Assert.Equal("named", (await world.FindAsync("named")).FullName);
        Assert.Equal("A full name has at most 200 characters and no line breaks.", (await browser.SendAsync("/settings/profile", ("fullname", new string('x', 10_000)))).ErrorOf("fullname"));
        Assert.Equal(400, (await browser.PostAsync("/settings/profile", "", ("fullname", "Forged"))).Status);
    }

    [Fact]
    public async Task A_new_address_counts_when_its_link_was_opened_and_the_old_one_hears_of_it()
    {
        using var browser = await LoggedInAsync("mover");
        Assert.Equal(303, (await ChangeAsync(browser, "new@example.org")).Status);
        Assert.Equal("mover@example.org", (await world.FindAsync("mover")).Email);

        var page = (await world.Mails.LastToAsync("new@example.org", "Confirm your new mail address")).PathOf("/settings/profile/mail/");
        await browser.GetAsync(page);
        Assert.Equal("mover@example.org", (await world.FindAsync("mover")).Email);
        Assert.Equal(303, (await browser.SendAsync(page)).Status);
        var user = await world.FindAsync("mover");
        Assert.Equal(("new@example.org", true), (user.Email, user.EmailConfirmed));
        Assert.Contains("new@example.org", (await world.Mails.LastToAsync("mover@example.org", "Your mail address was changed")).Text, StringComparison.Ordinal);
        Assert.Contains("data-ended", (await browser.GetAsync(page)).Html, StringComparison.Ordinal);
        using var again = world.Browser();
        Assert.Equal(303, (await again.LoginAsync("new@example.org", AccountsWorld.Password)).Status);
    }

    [Fact]
    public async Task Changing_the_address_needs_the_password_and_a_free_address()
    {
        await world.AddAsync("holder");
        using var browser = await LoggedInAsync("wisher");
        Assert.StartsWith("The password is not right.", (await ChangeAsync(browser, "free@example.org", "wrong password")).ErrorOf("password"), StringComparison.Ordinal);
        Assert.Equal("Another account has this mail address.", (await ChangeAsync(browser, "Holder@example.org")).ErrorOf("email"));
        Assert.Null((await ChangeAsync(browser, "Holder@example.org", "wrong password")).ErrorOf("email"));
        Assert.Equal("This is your mail address already.", (await ChangeAsync(browser, "wisher@example.org")).ErrorOf("email"));
        Assert.Equal("This is not a mail address.", (await ChangeAsync(browser, "x@example.org, y@example.org")).ErrorOf("email"));
        Assert.Equal(0, await world.Mails.CountToAsync("holder@example.org") + await world.Mails.CountToAsync("free@example.org"));
    }

    [Fact]
    public async Task An_address_that_somebody_took_meanwhile_is_not_taken_from_them()
    {
        using var browser = await LoggedInAsync("slow");
        await ChangeAsync(browser, "quick@example.org");
        var page = (await world.Mails.LastToAsync("quick@example.org", "Confirm your new mail address")).PathOf("/settings/profile/mail/");
        await world.AddAsync("quick");
        Assert.Contains("Another account has this mail address.", (await browser.SendAsync(page)).Faults, StringComparison.Ordinal);
        Assert.Equal("slow@example.org", (await world.FindAsync("slow")).Email);
    }

    [Fact]
    public async Task A_link_for_a_new_address_ends_with_the_password_and_works_for_nobody_else()
    {
        using var browser = await LoggedInAsync("owner");
        await ChangeAsync(browser, "owner-new@example.org");
        var page = (await world.Mails.LastToAsync("owner-new@example.org", "Confirm your new mail address")).PathOf("/settings/profile/mail/");
        using var other = await LoggedInAsync("other");
        Assert.Contains("data-other", (await other.GetAsync(page)).Html, StringComparison.Ordinal);
        Assert.Equal(200, (await other.PostAsync(page, await other.CsrfAsync("/settings/profile"))).Status);

        var user = await world.FindAsync("owner");
        await world.Services.GetRequiredService<UserAccounts>().SetPasswordAsync(user.Id, "another password", CancellationToken.None);
        await browser.LoginAsync("owner", "another password");
        Assert.Contains("data-ended", (await browser.GetAsync(page)).Html, StringComparison.Ordinal);
        Assert.Equal(200, (await browser.PostAsync(page, await browser.CsrfAsync("/settings/profile"))).Status);
        Assert.Equal(("owner@example.org", "other@example.org"), ((await world.FindAsync("owner")).Email, (await world.FindAsync("other")).Email));
    }

    [Fact]
    public async Task A_reset_link_that_went_to_the_old_address_ends_when_the_address_changes()
    {
        using var browser = await LoggedInAsync("careful");
        await browser.SendAsync("/password-reset", ("email", "careful@example.org"));
        var reset = (await world.Mails.LastToAsync("careful@example.org", "Set a new password")).PathOf("/password-reset/");
        await ChangeAsync(browser, "careful-new@example.org");
        await browser.SendAsync((await world.Mails.LastToAsync("careful-new@example.org", "Confirm your new mail address")).PathOf("/settings/profile/mail/"));
        Assert.Contains("data-ended", (await browser.GetAsync(reset)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_whose_address_is_not_confirmed_gets_the_link_again()
    {
        await world.AddAsync("unconfirmed", emailConfirmed: false);
        using var browser = world.Browser();
        await browser.LoginAsync("unconfirmed", AccountsWorld.Password);
        Assert.Contains("not confirmed", (await browser.GetAsync("/settings/profile")).Html, StringComparison.Ordinal);
        await browser.PostAsync("/settings/profile?handler=confirm", await browser.CsrfAsync("/settings/profile"));
        await browser.SendAsync((await world.Mails.LastToAsync("unconfirmed@example.org", "Confirm your mail address")).PathOf("/settings/profile/mail/"));
        Assert.DoesNotContain("not confirmed", (await browser.GetAsync("/settings/profile")).Html, StringComparison.Ordinal);
    }

    private async Task<PageClient> LoggedInAsync(string name)
    {
        await world.AddAsync(name);
        var browser = world.Browser();
        Assert.Equal(303, (await browser.LoginAsync(name, AccountsWorld.Password)).Status);
        return browser;
    }

    private static async Task<PageAnswer> ChangeAsync(PageClient browser, string email, string password = AccountsWorld.Password) =>
        await browser.PostAsync("/settings/profile?handler=mail", await browser.CsrfAsync("/settings/profile"), ("email", email), ("password", password));
}
