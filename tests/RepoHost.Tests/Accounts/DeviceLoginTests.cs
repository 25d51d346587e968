using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

/// <summary>Browser logins and what they give out, with a clock that the test moves (RFC 8628, RFC 9700; threat rows 32, 33).</summary>
public sealed partial class DeviceLoginTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private User ada = null!;
    private User eve = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DeviceLogins Logins => rooms.Services.GetRequiredService<DeviceLogins>();

    private LoginTokens Tokens => rooms.Services.GetRequiredService<LoginTokens>();

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        ada = await rooms.AddUserAsync("ada");
        eve = await rooms.AddUserAsync("eve");
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task A_program_gets_a_token_of_whoever_lets_it_in_and_only_once()
    {
        var started = await StartAsync();
        Assert.Matches(UserCode(), started.UserCode);
        Assert.Equal(LoginTokenOutcome.Pending, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);
        var (outcome, waiting) = await Logins.FindAsync(started.UserCode.Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant(), ada.Id, Cancel);
        Assert.Equal((CodeOutcome.Found, "hf_hub/1.29.0", "192.0.2.7"), (outcome, waiting!.Program, waiting.Address));

        Assert.Equal(CodeOutcome.Found, await Logins.DecideAsync(started.UserCode, ada.Id, approve: true, Cancel));
        var (issued, token) = await Tokens.CollectAsync(started.DeviceCode, Cancel);
        Assert.Equal(LoginTokenOutcome.Issued, issued);
        var caller = await rooms.AskAsync($"Bearer {token!.Access.Text}");
        Assert.Equal((ada.Id, TokenRole.Write), (caller.UserId, caller.TokenRole));
        var row = Assert.Single(await rooms.Tokens.ListAsync(ada.Id, Cancel));
        Assert.Equal(("Device login: hf_hub/1.29.0", rooms.Time.GetUtcNow().AddDays(30)), (row.Name, row.ExpiresAt));

        Assert.Equal(LoginTokenOutcome.Invalid, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);
        Assert.Single(await rooms.Tokens.ListAsync(ada.Id, Cancel));
    }

    [Fact]
    public async Task The_first_word_holds_and_a_refused_program_hears_it()
    {
        var started = await StartAsync();
        Assert.Equal(CodeOutcome.Found, await Logins.DecideAsync(started.UserCode, ada.Id, approve: false, Cancel));
        Assert.Equal(CodeOutcome.Unknown, await Logins.DecideAsync(started.UserCode, ada.Id, approve: true, Cancel));
        Assert.Equal(CodeOutcome.Unknown, (await Logins.FindAsync(started.UserCode, eve.Id, Cancel)).Outcome);
        Assert.Equal(LoginTokenOutcome.Denied, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);
        Assert.Empty(await rooms.Tokens.ListAsync(ada.Id, Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_code_ends_after_a_quarter_of_an_hour_whether_it_was_approved_or_not(bool approved)
    {
        var started = await StartAsync();
        if (approved)
            await Logins.DecideAsync(started.UserCode, ada.Id, approve: true, Cancel);
        rooms.Time.Advance(DeviceLogins.Lifetime);
        Assert.Equal(CodeOutcome.Unknown, await Logins.DecideAsync(started.UserCode, ada.Id, approve: true, Cancel));
        Assert.Equal(LoginTokenOutcome.Expired, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);

        // Once forgotten, it is like one that never was.
        rooms.Time.Advance(DeviceLogins.Lifetime + TimeSpan.FromSeconds(1));
        await StartAsync();
        Assert.Equal(LoginTokenOutcome.Invalid, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);
    }

    [Fact]
    public async Task Whoever_asks_too_often_is_told_to_slow_down()
    {
        var started = await StartAsync();
        Assert.Equal(LoginTokenOutcome.Pending, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);
        rooms.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LoginTokenOutcome.SlowDown, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);
        rooms.Time.Advance(DeviceLogins.Interval);
        Assert.Equal(LoginTokenOutcome.Pending, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);
    }

    [Fact]
    public async Task Of_many_who_collect_at_once_one_gets_the_token()
    {
        var started = await StartAsync();
        await Logins.DecideAsync(started.UserCode, ada.Id, approve: true, Cancel);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Tokens.CollectAsync(started.DeviceCode, Cancel), Cancel)));
        Assert.Single(outcomes, o => o.Outcome == LoginTokenOutcome.Issued);
        Assert.All(outcomes.Where(o => o.Outcome != LoginTokenOutcome.Issued), o => Assert.Equal(LoginTokenOutcome.Invalid, o.Outcome));
        Assert.Single(await rooms.Tokens.ListAsync(ada.Id, Cancel));
    }

    [Fact]
    public async Task A_person_who_was_disabled_meanwhile_lets_nobody_in()
    {
        var started = await StartAsync();
        await Logins.DecideAsync(started.UserCode, ada.Id, approve: true, Cancel);
        await rooms.Users.DisableAsync("ada", true, Cancel);
        await rooms.Users.DisableAsync("ada", false, Cancel);
        Assert.Equal(LoginTokenOutcome.Denied, (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Outcome);
        Assert.Empty(await rooms.Tokens.ListAsync(ada.Id, Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_password_ends_what_was_approved_and_not_collected_yet(bool byTheOperator)
    {
        var (mine, another) = (await StartAsync(), await StartAsync());
        await Logins.DecideAsync(mine.UserCode, ada.Id, approve: true, Cancel);
        await Logins.DecideAsync(another.UserCode, eve.Id, approve: true, Cancel);
        if (byTheOperator)
            Assert.True(await rooms.Users.SetPasswordAsync(ada.Id, "correct horse battery", Cancel));
        else
            Assert.NotNull(await rooms.Services.GetRequiredService<Credentials>().SetPasswordAsync(new(ada.Id, "correct horse battery"), Cancel));
        Assert.Equal(LoginTokenOutcome.Denied, (await Tokens.CollectAsync(mine.DeviceCode, Cancel)).Outcome);
        Assert.Empty(await rooms.Tokens.ListAsync(ada.Id, Cancel));
        Assert.Equal(LoginTokenOutcome.Issued, (await Tokens.CollectAsync(another.DeviceCode, Cancel)).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BCDF-GHJ")]
    [InlineData("BCDF-GHJA")]
    [InlineData("BCDF-GHJKL")]
    [InlineData("1234-5678")]
    [InlineData("' OR 1=1")]
    [InlineData(null)]
    public async Task What_is_no_code_finds_nothing(string? typed) => Assert.Equal(CodeOutcome.Unknown, (await Logins.FindAsync(typed, ada.Id, Cancel)).Outcome);

    [Fact]
    public async Task Guessing_ends_after_ten_wrong_codes_for_that_person_alone()
    {
        var started = await StartAsync();
        for (var guess = 0; guess < DeviceLogins.MostGuesses; guess++)
        {
            Assert.Equal(CodeOutcome.Unknown, guess % 2 == 0
                ? (await Logins.FindAsync(LoginCodes.NewUserCode(), eve.Id, Cancel)).Outcome
                : await Logins.DecideAsync(LoginCodes.NewUserCode(), eve.Id, approve: true, Cancel));
        }

        Assert.Equal(CodeOutcome.TooManyGuesses, (await Logins.FindAsync(started.UserCode, eve.Id, Cancel)).Outcome);
        Assert.Equal(CodeOutcome.TooManyGuesses, await Logins.DecideAsync(started.UserCode, eve.Id, approve: true, Cancel));
        Assert.Equal(CodeOutcome.Found, (await Logins.FindAsync(started.UserCode, ada.Id, Cancel)).Outcome);
        rooms.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(CodeOutcome.Found, (await Logins.FindAsync(started.UserCode, eve.Id, Cancel)).Outcome);
    }

    [Fact]
    public async Task Whoever_has_an_IPv6_network_counts_once_whatever_address_they_take()
    {
        for (var i = 0; i < DeviceLogins.MostOpenOfAddress; i++)
            Assert.NotNull(await Logins.StartAsync("hf_hub", $"2001:db8:1:2::{i:x}", Cancel));
        Assert.Null(await Logins.StartAsync("hf_hub", "2001:db8:1:2:ffff::1", Cancel));
        Assert.NotNull(await Logins.StartAsync("hf_hub", "2001:db8:1:3::1", Cancel));
    }

    [Fact]
    public async Task The_codes_that_wait_are_bounded_for_one_address()
    {
        for (var i = 0; i < DeviceLogins.MostOpenOfAddress; i++)
            Assert.NotNull(await Logins.StartAsync("p", "192.0.2.1", Cancel));
        Assert.Null(await Logins.StartAsync("p", "192.0.2.1", Cancel));
        Assert.NotNull(await Logins.StartAsync("p", "192.0.2.2", Cancel));
        rooms.Time.Advance(DeviceLogins.Lifetime);
        Assert.NotNull(await Logins.StartAsync("p", "192.0.2.1", Cancel));
    }

    [Fact]
    public async Task Neither_codes_nor_refresh_tokens_stand_in_the_database_or_the_log()
    {
        var started = await StartAsync();
        await Logins.DecideAsync(started.UserCode, ada.Id, approve: true, Cancel);
        var next = await StartAsync();
        var login = (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Token!;
        var renewed = (await Tokens.RefreshAsync(login.RefreshToken, Cancel)).Token!;
        string[] secrets = [started.DeviceCode, started.UserCode, next.DeviceCode, next.UserCode, login.RefreshToken, renewed.RefreshToken, login.Access.Text, renewed.Access.Text];
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", Cancel);
        var file = await File.ReadAllTextAsync(Path.Combine(rooms.Directory, "repohost.db"), System.Text.Encoding.Latin1, Cancel);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, file, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, rooms.Logs.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, $"{started} {login} {renewed}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refresh_gives_a_new_text_to_the_same_login_and_ends_the_old_one()
    {
        var login = await LogInAsync();
        rooms.Time.Advance(TimeSpan.FromDays(29));
        var renewed = (await Tokens.RefreshAsync(login.RefreshToken, Cancel)).Token!;
        Assert.Equal(login.Access.Id, renewed.Access.Id);
        Assert.NotEqual(login.Access.Text, renewed.Access.Text);
        Assert.Equal(CallerKind.InvalidCredential, await KindAsync(login));
        Assert.Equal(CallerKind.Person, await KindAsync(renewed));
        Assert.Equal(rooms.Time.GetUtcNow().AddDays(30), Assert.Single(await rooms.Tokens.ListAsync(ada.Id, Cancel)).ExpiresAt);
        rooms.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(CallerKind.InvalidCredential, await KindAsync(renewed));

        // Late, but not too late.
        Assert.Equal(CallerKind.Person, await KindAsync((await Tokens.RefreshAsync(renewed.RefreshToken, Cancel)).Token!));
    }

    [Fact]
    public async Task Two_renewals_in_one_second_have_two_texts_and_the_last_one_holds()
    {
        var login = await LogInAsync();
        var first = (await Tokens.RefreshAsync(login.RefreshToken, Cancel)).Token!;
        var second = (await Tokens.RefreshAsync(first.RefreshToken, Cancel)).Token!;
        Assert.Equal(3, new[] { login, first, second }.Select(token => token.Access.Text).Distinct().Count());
        Assert.Equal(
            (CallerKind.InvalidCredential, CallerKind.InvalidCredential, CallerKind.Person), (await KindAsync(login), await KindAsync(first), await KindAsync(second)));
    }

    /// <summary>Also for another process, which has the old text warm.</summary>
    [Fact]
    public async Task The_old_text_ends_at_once_on_a_server_that_knows_it_well()
    {
        var login = await LogInAsync();
        await using var server = rooms.OpenAgain();
        for (var i = 0; i < 3; i++)
            Assert.Equal(CallerKind.Person, (await server.AskAsync($"Bearer {login.Access.Text}")).Kind);
        await Tokens.RefreshAsync(login.RefreshToken, Cancel);
        Assert.Equal(CallerKind.InvalidCredential, (await server.AskAsync($"Bearer {login.Access.Text}")).Kind);
    }

    [Theory]
    [InlineData("the new token was used")]
    [InlineData("the new refresh token was used")]
    [InlineData("it was long ago")]
    public async Task A_refresh_token_that_is_shown_again_ends_the_login(string because)
    {
        var login = await LogInAsync();
        var renewed = (await Tokens.RefreshAsync(login.RefreshToken, Cancel)).Token!;
        rooms.Time.Advance(TimeSpan.FromSeconds(5));
        if (because == "the new token was used")
            await UseAsync(renewed);
        else if (because == "the new refresh token was used")
            renewed = (await Tokens.RefreshAsync(renewed.RefreshToken, Cancel)).Token!;
        else
            rooms.Time.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal(LoginTokenOutcome.Invalid, (await Tokens.RefreshAsync(login.RefreshToken, Cancel)).Outcome);
        Assert.Equal(CallerKind.InvalidCredential, await KindAsync(renewed));
        Assert.Equal(LoginTokenOutcome.Invalid, (await Tokens.RefreshAsync(renewed.RefreshToken, Cancel)).Outcome);
        Assert.NotNull(Assert.Single(await rooms.Tokens.ListAsync(ada.Id, Cancel)).RevokedAt);
        Assert.Contains("shown a second time", rooms.Logs.Text, StringComparison.Ordinal);
    }

    /// <summary>A client that got no answer has the old refresh token and nothing else; the Python client tries again after five minutes.</summary>
    [Fact]
    public async Task An_answer_that_was_lost_can_be_asked_for_again()
    {
        var login = await LogInAsync();
        await UseAsync(login);
        var lost = (await Tokens.RefreshAsync(login.RefreshToken, Cancel)).Token!;
        rooms.Time.Advance(TimeSpan.FromMinutes(5));
        var again = (await Tokens.RefreshAsync(login.RefreshToken, Cancel)).Token!;
        Assert.Equal(CallerKind.InvalidCredential, await KindAsync(lost));
        Assert.Equal(LoginTokenOutcome.Invalid, (await Tokens.RefreshAsync(lost.RefreshToken, Cancel)).Outcome);
        Assert.Equal(CallerKind.Person, await KindAsync(again));
        Assert.Equal(LoginTokenOutcome.Issued, (await Tokens.RefreshAsync(again.RefreshToken, Cancel)).Outcome);
    }

    [Fact]
    public async Task Revoking_a_login_disabling_its_person_and_time_end_the_refresh_token_too()
    {
        var (revoked, disabled, old) = (await LogInAsync(), await LogInAsync(), await LogInAsync());
        await rooms.Tokens.RevokeAsync(revoked.Access.Id, Cancel);
        Assert.Equal((CallerKind.InvalidCredential, LoginTokenOutcome.Invalid), (await KindAsync(revoked), (await Tokens.RefreshAsync(revoked.RefreshToken, Cancel)).Outcome));
        await rooms.Users.DisableAsync("ada", true, Cancel);
        Assert.Equal(LoginTokenOutcome.Invalid, (await Tokens.RefreshAsync(disabled.RefreshToken, Cancel)).Outcome);
        await rooms.Users.DisableAsync("ada", false, Cancel);
        Assert.Equal(LoginTokenOutcome.Issued, (await Tokens.RefreshAsync(disabled.RefreshToken, Cancel)).Outcome);
        rooms.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(LoginTokenOutcome.Invalid, (await Tokens.RefreshAsync(old.RefreshToken, Cancel)).Outcome);
        Assert.Equal(LoginTokenOutcome.Invalid, (await Tokens.RefreshAsync("never given out", Cancel)).Outcome);
    }

    [Fact]
    public async Task Of_many_who_refresh_at_once_the_last_answer_is_good_and_no_other()
    {
        var login = await LogInAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Tokens.RefreshAsync(login.RefreshToken, Cancel), Cancel)));
        var good = 0;
        foreach (var (_, token) in answers)
            good += token is not null && await KindAsync(token) == CallerKind.Person ? 1 : 0;
        Assert.Equal(1, good);
    }

    [Fact]
    public async Task The_list_of_logins_says_until_when_each_renews_itself()
    {
        var login = await LogInAsync();
        await rooms.Tokens.IssueAsync(ada, "another", TokenRole.Read, null, Cancel);
        var until = Assert.Single(await Tokens.RenewableUntilAsync(ada.Id, Cancel));
        Assert.Equal((login.Access.Id, rooms.Time.GetUtcNow().AddDays(90)), (until.Key, until.Value));
        await rooms.Tokens.RevokeAsync(login.Access.Id, Cancel);
        Assert.Empty(await Tokens.RenewableUntilAsync(ada.Id, Cancel));
    }

    [Theory]
    [InlineData("unknown/None; hf_hub/1.29.0; python/3.13.5; torch/2.9", "hf_hub/1.29.0 python/3.13.5 torch/2.9")]
    [InlineData("transformers/5.1", "transformers/5.1")]
    [InlineData("python-httpx/0.28.1", "hf command")]
    [InlineData("python-httpx2/2.16.2", "hf command")]
    [InlineData("python-requests/2.32.3", "hf command")]
    [InlineData("a]b\r\n[DEFAULT]<script>", "abDEFAULTscript")]
    [InlineData("é漢 \u202e", "unknown program")]
    [InlineData("", "unknown program")]
    [InlineData(null, "unknown program")]
    public async Task A_program_may_call_itself_anything_and_still_makes_a_name_that_clients_can_store(string? userAgent, string name)
    {
        Assert.Equal(name, ProgramNames.Of(userAgent));
        Assert.True(TokenNames.IsValid(LoginTokens.NamePrefix + ProgramNames.Of(new string('x', 5000))));
        await LogInAsync(name);
        Assert.Equal(LoginTokens.NamePrefix + name, Assert.Single(await rooms.Tokens.ListAsync(ada.Id, Cancel)).Name);
    }

    private async Task<StartedLogin> StartAsync(string program = "hf_hub/1.29.0") => (await Logins.StartAsync(program, "192.0.2.7", Cancel))!;

    private async Task<LoginToken> LogInAsync(string program = "hf_hub/1.29.0")
    {
        var started = await StartAsync(program);
        await Logins.DecideAsync(started.UserCode, ada.Id, approve: true, Cancel);
        return (await Tokens.CollectAsync(started.DeviceCode, Cancel)).Token!;
    }

    /// <summary>As a request does; what is written behind the requests is written here.</summary>
    private async Task UseAsync(LoginToken token)
    {
        Assert.Equal(CallerKind.Person, await KindAsync(token));
        var now = rooms.Time.GetUtcNow();
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        await db.AccessTokens.Where(t => t.Id == token.Access.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, now), Cancel);
    }

    private async Task<CallerKind> KindAsync(LoginToken token) => (await rooms.AskAsync($"Bearer {token.Access.Text}")).Kind;

    [GeneratedRegex("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$")]
    private static partial Regex UserCode();
}
