using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages;

public sealed class PasswordTests(AccountsWorld world) : IClassFixture<AccountsWorld>
{
    private const string New = "another password";

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_keeps_this_one_and_is_told_by_mail()
    {
        await world.AddAsync("changer");
        using var here = world.Browser();
        using var elsewhere = world.Browser();
        await here.SendAsync("/login", ("name", "changer"), ("password", AccountsWorld.Password), ("remember", "true"));
        await elsewhere.LoginAsync("changer", AccountsWorld.Password);

        var answer = await here.SendAsync("/settings/password", ("current", AccountsWorld.Password), ("password", New));
        Assert.Equal((303, "/settings/password"), (answer.Status, answer.Location));
        Assert.Contains(answer.SetCookies, c => c.StartsWith("repohost-session=", StringComparison.Ordinal) && c.Contains("expires=", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("changer", await here.WhoAsync());
        Assert.Null(await elsewhere.WhoAsync());
        Assert.Equal(200, (await elsewhere.LoginAsync("changer", AccountsWorld.Password)).Status);
        Assert.Equal(303, (await elsewhere.LoginAsync("changer", New)).Status);
        Assert.Contains("changer", (await world.Mails.LastToAsync("changer@example.org", "Your password was changed")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_present_password_is_needed_and_guessing_it_ends_like_at_the_login()
    {
        await world.AddAsync("guessed");
        using var browser = world.Browser();
        await browser.LoginAsync("guessed", AccountsWorld.Password);
        for (var i = 0; i < PasswordCheck.Tries; i++)
        {
            var wrong = await browser.SendAsync("/settings/password", ("current", $"guess {i}"), ("password", New));
            Assert.Equal("The password is not right. After 5 wrong ones your account takes none for 5 minutes.", wrong.ErrorOf("current"));
        }

        Assert.NotNull((await browser.SendAsync("/settings/password", ("current", AccountsWorld.Password), ("password", New))).ErrorOf("current"));
        Assert.Equal(0, await world.Mails.CountToAsync("guessed@example.org"));
    }

    [Fact]
    public async Task A_password_that_breaks_the_rules_is_refused_beside_its_field()
    {
        await world.AddAsync("ruled");
        using var browser = world.Browser();
        await browser.LoginAsync("ruled", AccountsWorld.Password);
        foreach (var bad in new[] { "", "too short", new string('x', 257) })
        {
            var answer = await browser.SendAsync("/settings/password", ("current", AccountsWorld.Password), ("password", bad));
            Assert.Equal("A password has 10 to 256 characters.", answer.ErrorOf("password"));
            Assert.Null(answer.ErrorOf("current"));
        }
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 401)]
    public async Task Tokens_live_on_unless_they_are_to_end_too(bool end, int status)
    {
        var name = $"tokens-{status}";
        await world.AddAsync(name);
        var token = await world.Services.IssueTokenAsync(name);
        using var browser = world.Browser();
        using var client = world.Client(token);
        await browser.LoginAsync(name, AccountsWorld.Password);
        Assert.Equal(200, (int)(await client.GetAsync("/api/whoami-v2", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(303, (await browser.SendAsync("/settings/password", ("current", AccountsWorld.Password), ("password", New), (end ? "endtokens" : "nothing", "true"))).Status);
        Assert.Equal(status, (int)(await client.GetAsync("/api/whoami-v2", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Asking_for_a_reset_answers_the_same_for_every_address()
    {
        await world.AddAsync("known");
        using var browser = world.Browser();
        var (known, unknown) = (await TimedAsync(browser, "known@example.org"), await TimedAsync(browser, "nobody@example.org"));
        Assert.Contains("If an account has this mail address, we have sent a link to it.", known.Html, StringComparison.Ordinal);
        Assert.Equal(known.Html, unknown.Html);
        Assert.Equal((1, 0), (await world.Mails.CountToAsync("known@example.org"), await world.Mails.CountToAsync("nobody@example.org")));
        Assert.Equal("This is not a mail address.", (await browser.SendAsync("/password-reset", ("email", "nothing"))).ErrorOf("email"));
    }

    [Fact]
    public async Task A_reset_link_sets_one_password_and_opening_it_sets_none()
    {
        await world.AddAsync("forgetful");
        using var session = world.Browser();
        await session.LoginAsync("forgetful", AccountsWorld.Password);
        using var browser = world.Browser();
        var page = await LinkAsync(browser, "forgetful");
        for (var i = 0; i < 3; i++)
            Assert.Contains("data-form=\"new-password\"", (await browser.GetAsync(page)).Html, StringComparison.Ordinal);
        Assert.Equal("forgetful", await session.WhoAsync());
        Assert.Equal("A password has 10 to 256 characters.", (await browser.SendAsync(page, ("password", "short"))).ErrorOf("password"));

        var csrf = await browser.CsrfAsync(page);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => browser.PostAsync(page, csrf, ("password", $"{New} {i}"))));
        Assert.Equal([200, 200, 200, 200, 200, 303], answers.Select(a => a.Status).Order());
        Assert.Contains("data-ended", (await browser.GetAsync(page)).Html, StringComparison.Ordinal);
        Assert.Null(await session.WhoAsync());
        Assert.Equal(303, (await session.LoginAsync("forgetful", $"{New} {Array.FindIndex(answers, a => a.Status == 303)}")).Status);
    }

    [Fact]
    public async Task A_reset_link_ends_with_any_change_of_the_password_or_the_address_and_for_who_is_disabled()
    {
        var accounts = (UserAccounts)world.Services.GetService(typeof(UserAccounts))!;
        using var browser = world.Browser();
        foreach (var (name, change) in new (string, Func<string, Task>)[]
        {
            ("by-command", async id => await accounts.SetPasswordAsync(id, New, CancellationToken.None)),
            ("by-disabling", async _ => await accounts.DisableAsync("by-disabling", true, CancellationToken.None)),
        })
        {
            var user = await world.AddAsync(name);
            var page = await LinkAsync(browser, name);
            await change(user.Id);
            Assert.Contains("data-ended", (await browser.GetAsync(page)).Html, StringComparison.Ordinal);
            Assert.Equal(200, (await browser.PostAsync(page, await browser.CsrfAsync("/login"), ("password", "a third password"))).Status);
            Assert.Equal(200, (await browser.LoginAsync(name, "a third password")).Status);
        }
    }

    [Fact]
    public async Task A_reset_opens_an_account_that_takes_no_passwords_for_the_moment()
    {
        await world.AddAsync("locked");
        using var browser = world.Browser();
        for (var i = 0; i < PasswordCheck.Tries; i++)
            await browser.LoginAsync("locked", "wrong password");
        Assert.Equal(200, (await browser.LoginAsync("locked", AccountsWorld.Password)).Status);
        await browser.SendAsync(await LinkAsync(browser, "locked"), ("password", New));
        Assert.Equal(303, (await browser.LoginAsync("locked", New)).Status);
    }

    [Fact]
    public async Task Who_has_no_password_sets_one_by_mail_and_keeps_the_tokens_that_the_operator_made()
    {
        await world.AddAsync("tokens-only", password: null, emailConfirmed: false);
        var token = await world.Services.IssueTokenAsync("tokens-only");
        using var browser = world.Browser();
        await browser.SendAsync(await LinkAsync(browser, "tokens-only"), ("password", New));
        Assert.Equal(303, (await browser.LoginAsync("tokens-only", New)).Status);
        using var client = world.Client(token);
        Assert.Equal(200, (int)(await client.GetAsync("/api/whoami-v2", TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>Whoever joined with an address that is not theirs waits for its owner to want an account: the way back by mail must leave them nothing.</summary>
    [Theory]
    [InlineData(false, 401)]
    [InlineData(true, 200)]
    public async Task A_reset_of_an_account_whose_address_was_never_confirmed_ends_its_tokens_and_says_so(bool confirmed, int status)
    {
        var name = $"taken-{status}";
        await world.AddAsync(name, emailConfirmed: confirmed);
        var token = await world.Services.IssueTokenAsync(name);
        using var client = world.Client(token);
        Assert.Equal(200, (int)(await client.GetAsync("/api/whoami-v2", TestContext.Current.CancellationToken)).StatusCode);
        using var browser = world.Browser();
        var page = await LinkAsync(browser, name);
        var shown = (await browser.GetAsync(page)).Html;
        Assert.Equal((!confirmed, confirmed), (shown.Contains("data-of-another", StringComparison.Ordinal), shown.Contains("name=\"endtokens\"", StringComparison.Ordinal)));
        Assert.Equal(303, (await browser.SendAsync(page, ("password", New))).Status);
        Assert.Equal(!confirmed, (await browser.GetAsync("/login")).Html.Contains("all sessions and access tokens have ended", StringComparison.Ordinal));
        Assert.Equal(status, (int)(await client.GetAsync("/api/whoami-v2", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(200, (await browser.LoginAsync(name, AccountsWorld.Password)).Status);
        Assert.Equal(303, (await browser.LoginAsync(name, New)).Status);
    }

    [Fact]
    public async Task However_often_somebody_asks_an_address_gets_one_mail_in_a_while()
    {
        await world.AddAsync("bombed");
        using var browser = world.Browser();
        var csrf = await browser.CsrfAsync("/password-reset");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => browser.PostAsync("/password-reset", csrf, ("email", "bombed@example.org"))));
        await world.Mails.LastToAsync("bombed@example.org", "Set a new password");
        Assert.InRange(await world.Mails.CountToAsync("bombed@example.org"), 1, 2);
    }

    private static async Task<PageAnswer> TimedAsync(PageClient browser, string email)
    {
        var csrf = await browser.CsrfAsync("/password-reset");
        var start = TimeProvider.System.GetTimestamp();
        var answer = await browser.PostAsync("/password-reset", csrf, ("email", email));
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(395));
        return answer with { Html = System.Text.RegularExpressions.Regex.Replace(answer.Html, "name=\"csrf\" type=\"hidden\" value=\"[^\"]*\"", "") };
    }

    private async Task<string> LinkAsync(PageClient browser, string name)
    {
        await browser.SendAsync("/password-reset", ("email", $"{name}@example.org"));
        return (await world.Mails.LastToAsync($"{name}@example.org", "Set a new password")).PathOf("/password-reset/");
    }
}
