using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>One client address may try so often; each test has a server of its own, since all of them come from this machine's address.</summary>
public sealed class AttemptsTests
{
    [Fact]
    public async Task Too_many_wrong_passwords_from_one_address_stop_it_for_all_accounts_and_say_for_how_long()
    {
        await using var world = await StartAsync();
        await world.AddAsync("ada");
        for (var i = 0; i < World.Most + 1; i++)
        {
            using var another = world.Browser();
            Assert.Equal(303, (await another.LoginAsync("ada", AccountsWorld.Password)).Status);
        }

        using var browser = world.Browser();
        await browser.LoginAsync("ada", AccountsWorld.Password);
        using var guesser = world.Browser();
        for (var i = 0; i < World.Most; i++)
            Assert.Equal(200, (await guesser.LoginAsync($"name-{i}", "guess number one")).Status);

        var refused = await guesser.LoginAsync("ada", AccountsWorld.Password);
        Assert.Equal((429, "600"), (refused.Status, refused.RetryAfter));
        Assert.Contains("There were too many attempts from your network address. Wait 10 minutes, then try again.", System.Net.WebUtility.HtmlDecode(refused.Html), StringComparison.Ordinal);
        Assert.Equal("ada", await browser.WhoAsync());
    }

    [Theory]
    [InlineData("/join", "email", "not an address")]
    [InlineData("/password-reset", "email", "somebody@example.org")]
    public async Task Other_forms_that_anybody_may_send_count_too(string page, string field, string value)
    {
        await using var world = await StartAsync();
        using var browser = world.Browser();
        for (var i = 0; i < World.Most; i++)
            Assert.Equal(200, (await browser.SendAsync(page, (field, value))).Status);
        Assert.Equal(429, (await browser.SendAsync(page, (field, value))).Status);
        Assert.Equal(429, (await browser.LoginAsync("ada", AccountsWorld.Password)).Status);
    }

    [Fact]
    public async Task The_password_that_deletes_an_account_counts_too()
    {
        await using var world = await StartAsync();
        await world.AddAsync("ada");
        using var browser = world.Browser();
        await browser.LoginAsync("ada", AccountsWorld.Password);
        for (var i = 0; i < World.Most; i++)
            Assert.Equal(200, (await browser.SendAsync("/settings/account", ("Confirm", "ada"), ("Password", "guess number one"))).Status);
        Assert.Equal(429, (await browser.SendAsync("/settings/account", ("Confirm", "ada"), ("Password", "guess number one"))).Status);
    }

    private static async Task<World> StartAsync()
    {
        var world = new World();
        await world.InitializeAsync();
        return world;
    }

    private sealed class World : AccountsWorld
    {
        public const int Most = 4;

        protected override IEnumerable<string> Settings => [$"--Accounts:AttemptsPerAddress={Most}"];
    }
}
