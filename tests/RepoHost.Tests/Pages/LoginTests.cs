using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages;

public sealed class LoginTests(AccountsWorld world) : IClassFixture<AccountsWorld>
{
    private const string NotRight = "The name or the password is not right. After 5 wrong passwords an account takes none for 5 minutes.";

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_the_same_page()
    {
        await world.AddAsync("known");
        await world.AddAsync("without", password: null);
        await world.AddAsync("disabled");
        await world.Services.GetRequiredService<UserAccounts>().DisableAsync("disabled", true, CancellationToken.None);
        await world.AddAsync("locked");
        using (var guesser = world.Browser())
        {
            for (var i = 0; i < PasswordCheck.Tries; i++)
                Assert.Equal(NotRight, (await guesser.LoginAsync("locked", $"guess number {i}")).Faults);
        }

        var pages = new HashSet<string>();
        foreach (var (name, password) in new[] { ("known", "wrong password"), ("nobody", "wrong password"), ("without", "wrong password"), ("disabled", AccountsWorld.Password), ("locked", AccountsWorld.Password) })
        {
            using var browser = world.Browser();
            var answer = await browser.LoginAsync(name, password);
            Assert.Equal((200, NotRight), (answer.Status, answer.Faults));
            Assert.Null(await browser.WhoAsync());
            pages.Add(Regex.Replace(answer.Html, "value=\"[^\"]*\"", ""));
        }

        Assert.Single(pages);
    }

    [Fact]
    public async Task A_field_that_was_left_empty_is_named_and_what_was_typed_is_kept()
    {
        using var browser = world.Browser();
        var answer = await browser.LoginAsync("", "");
        Assert.Equal(("Enter your user name or mail address.", "Enter your password."), (answer.ErrorOf("name"), answer.ErrorOf("password")));
        answer = await browser.LoginAsync("\"><script>alert(1)</script>", "secret-password");
        Assert.DoesNotContain("<script>alert", answer.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", answer.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-password", answer.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_no_account_could_have_costs_no_more_than_another()
    {
        using var browser = world.Browser();
        Assert.Equal(NotRight, (await browser.LoginAsync(new string('x', 100_000), new string('y', 100_000))).Faults);
    }

    [Theory]
    [InlineData("remember", true)]
    [InlineData("nothing", false)]
    public async Task A_session_ends_with_the_browser_unless_it_is_to_stay(string field, bool stays)
    {
        var name = $"stays-{stays}".ToLowerInvariant();
        await world.AddAsync(name);
        using var browser = world.Browser();
        var answer = await browser.SendAsync("/login", ("name", name), ("password", AccountsWorld.Password), (field, "true"), ("next", "/datasets?a=b"));
        Assert.Equal((303, "/datasets?a=b"), (answer.Status, answer.Location));
        var cookie = Assert.Single(answer.SetCookies, c => c.StartsWith("repohost-session=", StringComparison.Ordinal));
        Assert.Equal(stays, cookie.Contains("expires=", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(name, await browser.WhoAsync());
    }

    [Fact]
    public async Task Logging_out_ends_the_session_and_needs_the_page()
    {
        await world.AddAsync("leaver");
        using var browser = world.Browser();
        await browser.LoginAsync("leaver", AccountsWorld.Password);
        Assert.Equal(400, (await browser.PostAsync("/logout", "")).Status);
        Assert.Equal("leaver", await browser.WhoAsync());
        Assert.Equal(303, (await browser.SendAsync("/logout")).Status);
        Assert.Null(await browser.WhoAsync());
    }

    [Fact]
    public async Task A_copy_of_the_cookie_ends_with_the_logout()
    {
        await world.AddAsync("copied");
        using var browser = world.Browser();
        await browser.LoginAsync("copied", AccountsWorld.Password);
        using var copy = browser.Copy();
        Assert.Equal("copied", await copy.WhoAsync());
        Assert.Equal(303, (await browser.SendAsync("/logout")).Status);
        Assert.Null(await copy.WhoAsync());
    }

    [Fact]
    public async Task Without_an_external_issuer_there_is_no_way_to_one()
    {
        using var browser = world.Browser();
        Assert.DoesNotContain("data-external", (await browser.GetAsync("/login?external=failed")).Html, StringComparison.Ordinal);
        foreach (var path in (string[])["/login/external", "/login/external?connect=true", "/login/external/callback?code=x&state=y", "/login/external/done"])
            Assert.Equal(404, (await browser.GetAsync(path)).Status);
    }
}
