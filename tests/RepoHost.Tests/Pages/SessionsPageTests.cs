using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary><c>/settings/sessions</c>: where somebody is logged in, and ending it there.</summary>
public sealed class SessionsPageTests(AccountsWorld world) : IClassFixture<AccountsWorld>
{
    private const string Path = "/settings/sessions";
    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private const string Hostile = "<script>alert(1)</script>";

    [Fact]
    public async Task It_lists_the_browsers_and_says_which_one_this_is()
    {
        await world.AddAsync("lister");
        using var here = await LoggedInAsync("lister", Firefox);
        using var there = await LoggedInAsync("lister", Hostile);
        var page = await here.GetAsync(Path);
        var boxes = Boxes(page);
        Assert.Equal(2, boxes.Count);
        var mine = Assert.Single(boxes, box => box.Contains("data-here", StringComparison.Ordinal));
        Assert.Contains("Firefox on Linux", mine, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", mine, StringComparison.Ordinal);
        Assert.Contains("with the password", mine, StringComparison.Ordinal);
        Assert.DoesNotContain(Hostile, page.Html, StringComparison.Ordinal);
        Assert.Contains(Path, (await here.GetAsync("/settings/profile")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_session_is_ended_from_another_and_nobody_elses()
    {
        await world.AddAsync("ender");
        await world.AddAsync("bystander");
        using var here = await LoggedInAsync("ender");
        using var there = await LoggedInAsync("ender");
        using var bystander = await LoggedInAsync("bystander");
        var foreign = await IdAsync(bystander, here: true);
        Assert.Equal(303, (await EndAsync(here, foreign)).Status);
        Assert.Equal("bystander", await bystander.WhoAsync());

        Assert.Equal(400, (await here.PostAsync(Path, "", ("id", await IdAsync(here, here: false)))).Status);
        Assert.Equal("ender", await there.WhoAsync());
        Assert.Equal((303, Path), await EndAsync(here, await IdAsync(here, here: false)) is var ended ? (ended.Status, ended.Location) : default);
        Assert.Null(await there.WhoAsync());
        Assert.Equal("ender", await here.WhoAsync());

        using var copy = here.Copy();
        Assert.Equal((303, "/login"), await EndAsync(here, await IdAsync(here, here: true)) is var left ? (left.Status, left.Location) : default);
        Assert.Null(await here.WhoAsync());
        Assert.Null(await copy.WhoAsync());
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_all_of_them_and_asks_for_the_password()
    {
        await world.AddAsync("everywhere");
        using var here = await LoggedInAsync("everywhere");
        using var there = await LoggedInAsync("everywhere");
        var left = await here.PostAsync(Path + "?handler=everywhere", await here.CsrfAsync(Path));
        Assert.Equal((303, "/login"), (left.Status, left.Location));
        Assert.Contains("You are logged out everywhere.", (await here.GetAsync("/login")).Html, StringComparison.Ordinal);
        Assert.Null(await here.WhoAsync());
        Assert.Null(await there.WhoAsync());
    }

    [Fact]
    public async Task A_new_password_leaves_one_session_and_no_copy_of_it()
    {
        await world.AddAsync("changer");
        using var here = await LoggedInAsync("changer");
        using var there = await LoggedInAsync("changer");
        using var copy = here.Copy();
        Assert.Equal(303, (await here.SendAsync("/settings/password", ("current", AccountsWorld.Password), ("password", "another horse"))).Status);
        Assert.Equal("changer", await here.WhoAsync());
        Assert.Null(await there.WhoAsync());
        Assert.Null(await copy.WhoAsync());
        Assert.Contains("with the password", Assert.Single(Boxes(await here.GetAsync(Path))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_was_shown_to_one_person_is_not_taken_from_another()
    {
        await world.AddAsync("first");
        await world.AddAsync("second");
        using var browser = await LoggedInAsync("first");
        var csrf = await browser.CsrfAsync(Path);
        await browser.PostAsync("/login", csrf, ("name", "second"), ("password", AccountsWorld.Password));
        Assert.Equal("second", await browser.WhoAsync());
        Assert.Equal(400, (await browser.PostAsync(Path + "?handler=everywhere", csrf)).Status);
        Assert.Equal(1, await world.Services.GetRequiredService<BrowserSessions>().CountAsync((await world.FindAsync("second")).Id, CancellationToken.None));
    }

    private async Task<PageClient> LoggedInAsync(string name, string? agent = null)
    {
        var browser = world.Browser(agent);
        Assert.Equal(303, (await browser.LoginAsync(name, AccountsWorld.Password)).Status);
        return browser;
    }

    private static async Task<PageAnswer> EndAsync(PageClient browser, string id) => await browser.PostAsync(Path, await browser.CsrfAsync(Path), ("id", id));

    private static async Task<string> IdAsync(PageClient browser, bool here)
    {
        var box = Assert.Single(Boxes(await browser.GetAsync(Path)), box => box.Contains("data-here", StringComparison.Ordinal) == here);
        return Regex.Match(box, "data-session=\"([^\"]+)\"").Groups[1].Value;
    }

    private static List<string> Boxes(PageAnswer page) =>
        [.. Regex.Matches(page.Html, "<li class=\"box\" data-session=.*?</li>", RegexOptions.Singleline).Select(match => match.Value)];
}
