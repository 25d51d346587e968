using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Logging in by an external issuer: who gets which account, and what an answer must have that counts. The issuer is a real one, on a port of its own.</summary>
public sealed class ExternalLoginTests : IClassFixture<ExternalLoginTests.Shared>
{
    private readonly Shared world;
    private readonly TestIssuer issuer;
    private readonly int asked;

    public ExternalLoginTests(Shared world)
    {
        this.world = world;
        issuer = world.Issuer;
        issuer.Reset();
        asked = issuer.TokenRequests;
    }

    [Fact]
    public async Task Somebody_new_chooses_a_user_name_and_comes_back_to_the_same_account()
    {
        issuer.Person = Claims("subject-1", "nora@example.org", verified: true, name: "Nora Newcomer", userName: "nora");
        using (var browser = world.Browser())
        {
            Assert.Contains("Log in with Example Login", (await browser.GetAsync("/login")).Html, StringComparison.Ordinal);
            var page = await LoginAsync(browser, "/datasets?a=b");
            Assert.Contains("value=\"nora\"", page.Html, StringComparison.Ordinal);
            Assert.Contains("value=\"Nora Newcomer\"", page.Html, StringComparison.Ordinal);
            Assert.Equal($"{world.Address.GetLeftPart(UriPartial.Authority)}/login/external/callback", issuer.LastRedirectUri);
            Assert.Null(await browser.WhoAsync());

            Assert.StartsWith("A name has", (await browser.SendAsync(Done, ("name", "x"))).ErrorOf("name"), StringComparison.Ordinal);
            var joined = await browser.SendAsync(Done, ("name", "nora-n"), ("fullname", "Nora"), ("email", "another@example.org"), ("next", "/datasets?a=b"));
            Assert.Equal((303, "/datasets?a=b"), (joined.Status, joined.Location));
            Assert.Equal("nora-n", await browser.WhoAsync());
            Assert.Equal("/login?external=expired", (await browser.GetAsync(Done)).Location);
        }

        var user = await world.FindAsync("nora-n");
        Assert.Equal(("nora@example.org", true, null), (user.Email, user.EmailConfirmed, user.PasswordHash));
        using var again = world.Browser();
        var back = await LoginAsync(again, "/models");
        Assert.Equal((303, "/models"), (back.Status, back.Location));
        Assert.Equal("nora-n", await again.WhoAsync());
    }

    [Fact]
    public async Task An_address_that_the_issuer_has_not_proved_is_asked_for_and_has_to_be_confirmed()
    {
        issuer.Person = Claims("subject-unproved", "nora-unproved@example.org", verified: false);
        using var browser = world.Browser();
        await LoginAsync(browser);
        await browser.SendAsync(Done, ("name", "nora-unproved"), ("email", "elsewhere-unproved@example.org"));
        var user = await world.FindAsync("nora-unproved");
        Assert.Equal(("elsewhere-unproved@example.org", false), (user.Email, user.EmailConfirmed));
        Assert.Equal(1, await world.Mails.CountToAsync("elsewhere-unproved@example.org"));
    }

    /// <summary>An account that was made here with the same address, before it was connected.</summary>
    [Theory]
    [InlineData(true, "Claimed-1@example.org", "claimed-1", true)]
    [InlineData(false, "claimed-2@example.org", "claimed-2", false)]
    [InlineData(true, "another-3@example.org", "claimed-3", false)]
    public async Task An_address_that_the_issuer_has_proved_is_confirmed_for_the_connected_account(bool verified, string email, string name, bool confirmed)
    {
        await world.AddAsync(name, emailConfirmed: false);
        using var browser = world.Browser();
        await browser.LoginAsync(name, AccountsWorld.Password);
        issuer.Person = Claims($"subject-{name}", email, verified);
        Assert.Equal(303, (await browser.SendAsync(await ConnectAsync(browser), ("password", AccountsWorld.Password))).Status);
        Assert.Equal(confirmed, (await world.FindAsync(name)).EmailConfirmed);

        // Also when the issuer says so later.
        issuer.Person = Claims($"subject-{name}", $"{name}@example.org", verified: true);
        using var later = world.Browser();
        await LoginAsync(later);
        Assert.Equal((name, true), (await later.WhoAsync(), (await world.FindAsync(name)).EmailConfirmed));
    }

    [Theory]
    [InlineData(true, true, "victim-1")]
    [InlineData(true, false, "victim-2")]
    [InlineData(false, true, "victim-3")]
    public async Task A_mail_address_alone_gives_nobody_an_account(bool verified, bool confirmedHere, string victim)
    {
        await world.AddAsync(victim, emailConfirmed: confirmedHere);
        issuer.Person = Claims($"attacker-of-{victim}", $"{victim}@example.org", verified);
        using var browser = world.Browser();
        var page = await LoginAsync(browser);
        Assert.Equal(200, page.Status);
        Assert.Contains(verified ? "data-standing=\"addresshasaccount\"" : "data-standing=\"mayjoin\"", page.Html, StringComparison.Ordinal);
        Assert.Null(await browser.WhoAsync());
        // Nor by sending the form that belongs to another answer.
        var sent = await browser.PostAsync(Done, await browser.CsrfAsync("/login"), ("name", victim), ("email", $"{victim}@example.org"));
        Assert.Equal(200, sent.Status);
        sent = await browser.PostAsync(Done, await browser.CsrfAsync("/login"), ("name", "attacker"), ("email", $"{victim.ToUpperInvariant()}@example.org"));
        Assert.Equal(200, sent.Status);
        Assert.Null(await world.Services.UsersAsync("attacker"));
        Assert.Null(await browser.WhoAsync());
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public async Task Where_the_operator_trusts_the_issuers_mail_both_sides_must_have_proved_it(bool verified, bool confirmedHere, bool letIn)
    {
        await using var trusting = new World { Issuer = issuer, More = ["--Oidc:TrustMail=true"] };
        await trusting.InitializeAsync();
        await trusting.AddAsync("ada-trust", emailConfirmed: confirmedHere);
        issuer.Person = Claims("subject-trust", "Ada-trust@example.org", verified);
        using var browser = trusting.Browser();
        await LoginAsync(browser);
        Assert.Equal(letIn ? "ada-trust" : null, await browser.WhoAsync());
    }

    [Fact]
    public async Task Another_issuers_person_of_the_same_subject_is_somebody_else()
    {
        issuer.Person = Claims("subject-samesub", "nora-samesub@example.org", verified: true);
        using (var browser = world.Browser())
        {
            await LoginAsync(browser);
            await browser.SendAsync(Done, ("name", "nora-samesub"));
        }

        Assert.Equal(ExternalStanding.MayJoin, (await Logins.FindAsync(new("https://another.example", "subject-samesub"), default)).Standing);
        Assert.Equal(ExternalStanding.MayJoin, (await Logins.FindAsync(new(issuer.Address, "SUBJECT-samesub"), default)).Standing);
        Assert.Equal(ExternalStanding.Known, (await Logins.FindAsync(new(issuer.Address, "subject-samesub"), default)).Standing);
    }

    [Fact]
    public async Task A_disabled_account_is_refused_and_stays_so()
    {
        issuer.Person = Claims("subject-disabled", "nora-disabled@example.org", verified: true);
        using var browser = world.Browser();
        await LoginAsync(browser);
        await browser.SendAsync(Done, ("name", "nora-disabled"));
        await world.Services.GetRequiredService<UserAccounts>().DisableAsync("nora-disabled", true, default);
        using var again = world.Browser();
        var page = await LoginAsync(again);
        Assert.Contains("data-standing=\"disabled\"", page.Html, StringComparison.Ordinal);
        Assert.Null(await again.WhoAsync());
        await again.PostAsync(Done, await again.CsrfAsync("/login"), ("name", "nora-disabled-2"), ("email", "nora-disabled-2@example.org"));
        Assert.Null(await world.Services.UsersAsync("nora-disabled-2"));
    }

    [Theory]
    [InlineData("nonce", "of-another-request")]
    [InlineData("aud", "another-client")]
    [InlineData("iss", "https://another.example")]
    public async Task An_id_token_that_is_not_for_this_request_counts_for_nothing(string claim, string lie)
    {
        issuer.Person = Claims("subject-notfor", "nora-notfor@example.org", verified: true);
        issuer.Lies[claim] = lie;
        using var browser = world.Browser();
        await AssertFailsAsync(browser, await CallbackAsync(browser));
    }

    [Fact]
    public async Task An_id_token_signed_with_another_key_counts_for_nothing()
    {
        issuer.Person = Claims("subject-signed", "nora-signed@example.org", verified: true);
        issuer.SignsWithAnother = true;
        using var browser = world.Browser();
        await AssertFailsAsync(browser, await CallbackAsync(browser));
    }

    [Fact]
    public async Task An_id_token_without_a_subject_counts_for_nothing()
    {
        issuer.Person = new() { ["email"] = "nora@example.org" };
        using var browser = world.Browser();
        await AssertFailsAsync(browser, await CallbackAsync(browser));
    }

    [Fact]
    public async Task An_answer_to_another_browsers_question_is_refused_before_the_issuer_is_asked()
    {
        issuer.Person = Claims("an-attacker", "attacker@example.org", verified: true);
        using var attacker = world.Browser();
        var callback = await CallbackAsync(attacker);
        using var victim = world.Browser();
        await AssertFailsAsync(victim, callback);
        await victim.GetAsync("/login/external");
        await AssertFailsAsync(victim, callback);
        Assert.Equal(asked, issuer.TokenRequests);
    }

    [Theory]
    [InlineData("?code=abc")]
    [InlineData("?code=abc&state=made-up")]
    [InlineData("?state=")]
    [InlineData("?error=server_error&error_description=%0d%0aInjected")]
    [InlineData("")]
    public async Task An_answer_without_a_good_state_is_refused(string query)
    {
        using var browser = world.Browser();
        await browser.GetAsync("/login/external");
        await AssertFailsAsync(browser, "/login/external/callback" + query);
        Assert.Equal(asked, issuer.TokenRequests);
    }

    [Fact]
    public async Task An_answer_counts_once()
    {
        issuer.Person = Claims("subject-once", "nora-once@example.org", verified: true);
        using var browser = world.Browser();
        var callback = await CallbackAsync(browser);
        Assert.StartsWith(Done, (await browser.GetAsync(callback)).Location, StringComparison.Ordinal);
        Assert.Equal("/login?external=failed", (await browser.GetAsync(callback)).Location);
    }

    [Fact]
    public async Task Who_says_no_at_the_issuer_reads_so_on_the_login_page()
    {
        issuer.Denies = true;
        using var browser = world.Browser();
        var back = await browser.GetAsync(await CallbackAsync(browser));
        Assert.Equal("/login?external=denied", back.Location);
        Assert.Contains("Example Login did not let you in, or you went back.", (await browser.GetAsync(back.Location!)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_named_and_the_passwords_go_on()
    {
        await using var silent = await TestIssuer.StartAsync();
        await using var lonely = new World { Issuer = silent };
        await lonely.InitializeAsync();
        await lonely.AddAsync("ada");
        await silent.DisposeAsync();
        using var browser = lonely.Browser();
        var start = await browser.GetAsync("/login/external");
        Assert.Equal("/login?external=unreachable", start.Location);
        Assert.Contains("Example Login does not answer.", (await browser.GetAsync(start.Location!)).Html, StringComparison.Ordinal);
        Assert.Equal(303, (await browser.LoginAsync("ada", AccountsWorld.Password)).Status);
    }

    [Fact]
    public async Task Where_the_issuers_people_may_not_join_they_are_told_so()
    {
        await using var closed = new World { Issuer = issuer, More = ["--Oidc:AllowJoin=false"] };
        await closed.InitializeAsync();
        issuer.Person = Claims("subject-closed", "nora-closed@example.org", verified: true);
        using var browser = closed.Browser();
        Assert.Contains("data-standing=\"maynotjoin\"", (await LoginAsync(browser)).Html, StringComparison.Ordinal);
        await browser.PostAsync(Done, await browser.CsrfAsync("/login"), ("name", "nora-closed"), ("email", "nora-closed@example.org"));
        Assert.Null(await closed.Services.UsersAsync("nora-closed"));
    }

    [Theory]
    [InlineData("nora-limit@example.org", true, "mayjoin")]
    [InlineData("nora-limit@example.org", false, "maynotjoin")]
    [InlineData("nora@elsewhere.example", true, "maynotjoin")]
    public async Task The_limit_to_mail_domains_holds_for_the_issuers_people_too(string email, bool verified, string standing)
    {
        await using var limited = new World { Issuer = issuer, More = ["--Accounts:JoinDomains=example.org", "--Accounts:Join=nobody"] };
        await limited.InitializeAsync();
        issuer.Person = Claims("subject-limit", email, verified);
        using var browser = limited.Browser();
        Assert.Contains($"data-standing=\"{standing}\"", (await LoginAsync(browser)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_connects_their_account_with_its_password_and_disconnects_it()
    {
        await world.AddAsync("ada-connects");
        issuer.Person = Claims("subject-connects", "ada-at-work@example.net", verified: true);
        using var browser = world.Browser();
        await browser.LoginAsync("ada-connects", AccountsWorld.Password);
        var page = await ConnectAsync(browser);
        Assert.Contains("ada-at-work@example.net", (await browser.GetAsync(page)).Html, StringComparison.Ordinal);
        Assert.StartsWith("The password is not right.", (await browser.SendAsync(page, ("password", "wrong password"))).ErrorOf("password"), StringComparison.Ordinal);
        Assert.False(await Logins.IsConnectedAsync((await world.FindAsync("ada-connects")).Id, default));
        Assert.Equal(303, (await browser.SendAsync(page, ("password", AccountsWorld.Password))).Status);

        using (var other = world.Browser())
        {
            await LoginAsync(other);
            Assert.Equal("ada-connects", await other.WhoAsync());
        }

        Assert.Equal(303, (await browser.PostAsync("/settings/password?handler=disconnect", await browser.CsrfAsync("/settings/password"))).Status);
        using var after = world.Browser();
        await LoginAsync(after);
        Assert.Null(await after.WhoAsync());
    }

    [Fact]
    public async Task A_login_that_belongs_to_one_account_is_not_given_to_another()
    {
        issuer.Person = Claims("subject-belongs", "nora-belongs@example.org", verified: true);
        using (var owner = world.Browser())
        {
            await LoginAsync(owner);
            await owner.SendAsync(Done, ("name", "nora-belongs"));
        }

        await world.AddAsync("ada-belongs");
        using var browser = world.Browser();
        await browser.LoginAsync("ada-belongs", AccountsWorld.Password);
        await browser.SendAsync(await ConnectAsync(browser), ("password", AccountsWorld.Password));
        Assert.Contains("another account is connected", WebUtility.HtmlDecode((await browser.GetAsync("/settings/password")).Html), StringComparison.Ordinal);
        using var check = world.Browser();
        await LoginAsync(check);
        Assert.Equal("nora-belongs", await check.WhoAsync());
    }

    [Fact]
    public async Task Who_has_no_password_can_not_cut_off_their_only_way_in()
    {
        issuer.Person = Claims("subject-nopass", "nora-nopass@example.org", verified: true);
        using var browser = world.Browser();
        await LoginAsync(browser);
        await browser.SendAsync(Done, ("name", "nora-nopass"));
        var page = (await browser.GetAsync("/settings/password")).Html;
        Assert.DoesNotContain("data-form=\"disconnect\"", page, StringComparison.Ordinal);
        await browser.PostAsync("/settings/password?handler=disconnect", await browser.CsrfAsync("/settings/profile"));
        Assert.True(await Logins.IsConnectedAsync((await world.FindAsync("nora-nopass")).Id, default));
    }

    [Fact]
    public async Task The_cookies_on_the_way_are_short_and_closed_to_scripts_and_go_nowhere_else()
    {
        using var browser = world.Browser();
        var start = await browser.GetAsync("/login/external");
        Assert.Equal(2, start.SetCookies.Count);
        foreach (var cookie in start.SetCookies)
        {
            Assert.StartsWith("repohost-external-", cookie, StringComparison.Ordinal);
            foreach (var word in (string[])["; httponly", "; samesite=lax", "; path=/login/external/callback", "; expires="])
                Assert.Contains(word, cookie, StringComparison.OrdinalIgnoreCase);
        }

        issuer.Person = Claims("subject-cookies", "nora-cookies@example.org", verified: true);
        var back = await browser.GetAsync(await CallbackAsync(browser));
        var identity = Assert.Single(back.SetCookies, c => c.StartsWith("repohost-external=", StringComparison.Ordinal));
        Assert.Contains("; httponly", identity, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("nora-cookies", identity, StringComparison.Ordinal);
    }

    private const string Done = "/login/external/done";

    private ExternalLogins Logins => world.Services.GetRequiredService<ExternalLogins>();

    private static Dictionary<string, object> Claims(string subject, string email, bool verified, string? name = null, string? userName = null)
    {
        var claims = new Dictionary<string, object> { ["sub"] = subject, ["email"] = email, ["email_verified"] = verified };
        if (name is not null)
            claims["name"] = name;
        if (userName is not null)
            claims["preferred_username"] = userName;
        return claims;
    }

    /// <summary>To the issuer, and the address that it sends the browser back to.</summary>
    private static async Task<string> CallbackAsync(PageClient browser, string start = "/login/external")
    {
        var there = await browser.GetAsync(start);
        Assert.Equal(302, there.Status);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await client.GetAsync(there.Location, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.PathAndQuery;
    }

    /// <returns>The page, or the way on, of whoever comes back.</returns>
    private static async Task<PageAnswer> LoginAsync(PageClient browser, string next = "/")
    {
        var back = await browser.GetAsync(await CallbackAsync(browser, $"/login/external?next={Uri.EscapeDataString(next)}"));
        Assert.Equal((302, $"{Done}?next={Uri.EscapeDataString(next)}"), (back.Status, back.Location));
        return await browser.GetAsync(back.Location!);
    }

    private static async Task<string> ConnectAsync(PageClient browser)
    {
        var back = await browser.GetAsync(await CallbackAsync(browser, "/login/external?connect=true"));
        Assert.Equal("/settings/password/connect", back.Location);
        return back.Location!;
    }

    private static async Task AssertFailsAsync(PageClient browser, string callback)
    {
        Assert.Equal((302, "/login?external=failed"), await browser.GetAsync(callback) is var back ? (back.Status, back.Location) : default);
        Assert.StartsWith("/login?external=", (await browser.GetAsync(Done)).Location, StringComparison.Ordinal);
        Assert.Null(await browser.WhoAsync());
    }

    public sealed class Shared : World
    {
        public override async ValueTask InitializeAsync()
        {
            Issuer = await TestIssuer.StartAsync();
            await base.InitializeAsync();
        }
    }

    public class World : AccountsWorld
    {
        internal TestIssuer Issuer { get; set; } = null!;

        public string[] More { get; init; } = [];

        protected override IEnumerable<string> Settings =>
        [
            "--Accounts:AttemptsPerAddress=100000", $"--Oidc:Authority={Issuer.Address}", $"--Oidc:ClientId={TestIssuer.ClientId}", $"--Oidc:ClientSecret={TestIssuer.ClientSecret}", "--Oidc:Name=Example Login",
            .. More.Any(m => m.StartsWith("--Oidc:AllowJoin", StringComparison.Ordinal)) ? Array.Empty<string>() : ["--Oidc:AllowJoin=true"], .. More,
        ];
    }
}
