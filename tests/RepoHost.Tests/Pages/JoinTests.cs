using Xunit;

namespace RepoHost.Tests.Pages;

public sealed class JoinTests(AccountsWorld world) : IClassFixture<AccountsWorld>
{
    private const string Password = "a new password";

    [Fact]
    public async Task A_new_person_is_logged_in_and_asked_by_mail_to_confirm_the_address()
    {
        using var browser = world.Browser();
        var joined = await browser.SendAsync("/join", ("name", "newcomer"), ("fullname", "Nora Newcomer"), ("email", "nora@example.org"), ("password", Password), ("next", "/models"));
        Assert.Equal((303, "/models"), (joined.Status, joined.Location));
        Assert.Equal("newcomer", await browser.WhoAsync());
        var user = await world.FindAsync("newcomer");
        Assert.Equal(("Nora Newcomer", "nora@example.org", false, false), (user.FullName, user.Email, user.EmailConfirmed, user.IsAdministrator));

        var page = (await world.Mails.LastToAsync("nora@example.org", "Confirm your mail address")).PathOf("/settings/profile/mail/");
        Assert.Contains("nora@example.org", (await browser.GetAsync(page)).Html, StringComparison.Ordinal);
        Assert.False((await world.FindAsync("newcomer")).EmailConfirmed);
        Assert.Equal(303, (await browser.SendAsync(page)).Status);
        Assert.True((await world.FindAsync("newcomer")).EmailConfirmed);
    }

    [Theory]
    [InlineData("x", "free-1@example.org", "", Password, "name", "A name has 2 to 42 letters")]
    [InlineData("settings", "free-2@example.org", "", Password, "name", "A name has 2 to 42 letters")]
    [InlineData("setup", "free-3@example.org", "", Password, "name", "A name has 2 to 42 letters")]
    [InlineData("password-reset", "free-4@example.org", "", Password, "name", "A name has 2 to 42 letters")]
    [InlineData("TAKEN", "free-5@example.org", "", Password, "name", "The name TAKEN is taken.")]
    [InlineData("free-6", "Taken@Example.org", "", Password, "email", "Another account has this mail address.")]
    [InlineData("free-7", "nothing", "", Password, "email", "This is not a mail address.")]
    [InlineData("free-8", "free-8@example.org\r\nBcc: x@example.org", "", Password, "email", "This is not a mail address.")]
    [InlineData("free-9", "free-9@example.org", "two\nlines", Password, "fullname", "A full name has at most 200 characters and no line breaks.")]
    [InlineData("free-10", "free-10@example.org", "", "too short", "password", "A password has 10 to 256 characters.")]
    public async Task What_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(string name, string email, string fullName, string password, string field, string error)
    {
        if (await world.Services.UsersAsync("taken") is null)
            await world.AddAsync("taken");
        using var browser = world.Browser();
        var answer = await browser.SendAsync("/join", ("name", name), ("email", email), ("fullname", fullName), ("password", password));
        Assert.Equal(200, answer.Status);
        Assert.StartsWith(error, answer.ErrorOf(field), StringComparison.Ordinal);
        Assert.Contains($"value=\"{name}\"", answer.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(password, answer.Html, StringComparison.Ordinal);
        Assert.Null(await browser.WhoAsync());
    }

    [Fact]
    public async Task Nobody_becomes_more_than_a_person_by_fields_that_the_form_does_not_have()
    {
        using var browser = world.Browser();
        await browser.SendAsync("/join", ("name", "climber"), ("email", "climber@example.org"), ("password", Password),
            ("isadministrator", "true"), ("IsAdministrator", "true"), ("emailconfirmed", "true"), ("user.isadministrator", "true"));
        var user = await world.FindAsync("climber");
        Assert.Equal((false, false), (user.IsAdministrator, user.EmailConfirmed));
    }

    [Fact]
    public async Task Who_gave_somebody_elses_address_can_neither_have_it_confirmed_by_them_nor_keep_the_account_from_them()
    {
        using var thief = world.Browser();
        await thief.SendAsync("/join", ("name", "prepared"), ("email", "owner@example.org"), ("password", Password));
        var token = await world.Services.IssueTokenAsync("prepared");
        var confirm = (await world.Mails.LastToAsync("owner@example.org", "Confirm your mail address")).PathOf("/settings/profile/mail/");

        // The owner of the address opens the link, but is not that account.
        await world.AddAsync("bystander");
        using var owner = world.Browser();
        Assert.StartsWith("/login?next=", (await owner.GetAsync(confirm)).Location, StringComparison.Ordinal);
        await owner.LoginAsync("bystander", AccountsWorld.Password);
        Assert.Contains("data-other", (await owner.GetAsync(confirm)).Html, StringComparison.Ordinal);
        Assert.False((await world.FindAsync("prepared")).EmailConfirmed);

        // And takes the account over.
        await owner.SendAsync("/password-reset", ("email", "owner@example.org"));
        var reset = (await world.Mails.LastToAsync("owner@example.org", "Set a new password")).PathOf("/password-reset/");
        Assert.Equal(303, (await owner.SendAsync(reset, ("password", "the owner's password"))).Status);
        Assert.Null(await thief.WhoAsync());
        Assert.True((await world.FindAsync("prepared")).EmailConfirmed);
        using var client = world.Client(token);
        Assert.Equal(401, (int)(await client.GetAsync("/api/whoami-v2", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Where_joining_is_off_the_page_says_so_and_the_form_is_refused()
    {
        await using var closed = new Closed();
        await closed.InitializeAsync();
        using var browser = closed.Browser();
        Assert.DoesNotContain("/join", (await browser.GetAsync("/login")).Html, StringComparison.Ordinal);
        var page = await browser.GetAsync("/join");
        Assert.Contains("data-closed", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-form=\"join\"", page.Html, StringComparison.Ordinal);
        var sent = await browser.PostAsync("/join", await browser.CsrfAsync("/login"), ("name", "newcomer"), ("email", "nora@example.org"), ("password", Password));
        Assert.Equal(403, sent.Status);
        Assert.Null(await closed.Services.UsersAsync("newcomer"));
    }

    private sealed class Closed : AccountsWorld
    {
        protected override IEnumerable<string> Settings => ["--Accounts:Join=nobody"];
    }
}
