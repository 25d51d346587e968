using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Where only some mail domains may join, the link comes before the account: an address that is not proved would be no limit at all.</summary>
public sealed class JoinByMailTests(JoinByMailTests.World world) : IClassFixture<JoinByMailTests.World>
{
    private const string Password = "a new password";

    [Fact]
    public async Task An_account_is_made_with_the_link_and_has_the_address_that_the_link_went_to()
    {
        using var browser = world.Browser();
        var sent = await browser.SendAsync("/join", ("email", "nora@example.org"), ("name", "newcomer"), ("password", Password), ("next", "/models?search=a"));
        Assert.Contains("data-sent", sent.Html, StringComparison.Ordinal);
        Assert.Null(await world.Services.UsersAsync("newcomer"));

        var page = (await world.Mails.LastToAsync("nora@example.org", "Finish signing up")).PathOf("/join/");
        Assert.Contains("nora@example.org", (await browser.GetAsync(page)).Html, StringComparison.Ordinal);
        Assert.StartsWith("A name has 2 to 42 letters", (await browser.SendAsync(page, ("name", "newcomer-"), ("password", Password))).ErrorOf("name"), StringComparison.Ordinal);
        var joined = await browser.SendAsync(page, ("name", "newcomer"), ("password", Password), ("email", "another@elsewhere.example"));
        Assert.Equal((303, "/models?search=a"), (joined.Status, joined.Location));
        Assert.Equal("newcomer", await browser.WhoAsync());
        var user = await world.FindAsync("newcomer");
        Assert.Equal(("nora@example.org", true), (user.Email, user.EmailConfirmed));

        // Once.
        using var again = world.Browser();
        Assert.Equal(200, (await again.PostAsync(page, await again.CsrfAsync("/login"), ("name", "second"), ("password", Password))).Status);
        Assert.Null(await world.Services.UsersAsync("second"));
    }

    [Theory]
    [InlineData("nora@elsewhere.example")]
    [InlineData("nora@example.org.elsewhere.example")]
    [InlineData("nora@sub.example.org")]
    [InlineData("\"nora@example.org\"@elsewhere.example")]
    public async Task Other_domains_are_refused_beside_the_field(string email)
    {
        using var browser = world.Browser();
        Assert.Equal("The mail address must end in @example.org.", (await browser.SendAsync("/join", ("email", email))).ErrorOf("email"));
        Assert.Equal(0, await world.Mails.CountToAsync(email));
    }

    [Fact]
    public async Task Whether_an_address_has_an_account_only_its_owner_hears()
    {
        await world.AddAsync("present");
        using var browser = world.Browser();
        var known = await browser.SendAsync("/join", ("email", "present@example.org"));
        var unknown = await browser.SendAsync("/join", ("email", "absents@example.org"));
        Assert.Equal(known.Html.Replace("present", "", StringComparison.Ordinal), unknown.Html.Replace("absents", "", StringComparison.Ordinal));
        Assert.Contains("present", (await world.Mails.LastToAsync("present@example.org", "You have an account already")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_was_made_up_or_made_for_something_else_is_none()
    {
        await world.AddAsync("resetter");
        using var browser = world.Browser();
        await browser.SendAsync("/password-reset", ("email", "resetter@example.org"));
        var reset = (await world.Mails.LastToAsync("resetter@example.org", "Set a new password")).PathOf("/password-reset/");
        foreach (var link in new[] { "x", "AAAA", reset["/password-reset/".Length..], new string('A', 5000) })
        {
            var page = await browser.GetAsync($"/join/{link}");
            Assert.True(page.Status == 200 && page.Html.Contains("data-ended", StringComparison.Ordinal), link);
        }
    }

    [Fact]
    public async Task A_person_may_not_change_to_an_address_of_another_domain_afterwards()
    {
        await world.AddAsync("mover");
        using var browser = world.Browser();
        await browser.LoginAsync("mover", AccountsWorld.Password);
        var answer = await browser.PostAsync("/settings/profile?handler=mail", await browser.CsrfAsync("/settings/profile"), ("email", "mover@elsewhere.example"), ("password", AccountsWorld.Password));
        Assert.Equal("The mail address must end in @example.org.", answer.ErrorOf("email"));
    }

    public sealed class World : AccountsWorld
    {
        protected override IEnumerable<string> Settings => ["--Accounts:JoinDomains=example.org", "--Accounts:AttemptsPerAddress=100000"];
    }
}
