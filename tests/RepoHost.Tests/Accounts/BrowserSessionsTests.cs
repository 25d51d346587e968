using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

/// <summary>
/// Logging out only removed the browser's cookie: a copy of it opened the account for another fourteen days. A session is a row now, and ends with it.
/// </summary>
public sealed class BrowserSessionsTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private Rooms other = null!;
    private User ada = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BrowserSessions Sessions => rooms.Services.GetRequiredService<BrowserSessions>();

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        other = rooms.OpenAgain();
        ada = await rooms.AddUserAsync("ada", "correct horse");
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await rooms.DisposeAsync();
    }

    [Fact]
    public async Task A_copy_of_the_cookie_is_worth_nothing_after_the_logout_in_any_process()
    {
        var (cookie, elsewhere) = (await rooms.SignInAsync(ada), await rooms.SignInAsync(ada));
        Assert.Equal([CallerKind.Person, CallerKind.Person], [(await AskAsync(rooms, cookie)).Kind, (await AskAsync(other, cookie)).Kind]);
        await rooms.SignOutAsync(cookie);
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, cookie));
        Assert.Same(Caller.Anonymous, await AskAsync(other, cookie));
        Assert.Equal(CallerKind.Person, (await AskAsync(other, elsewhere)).Kind);
    }

    [Fact]
    public async Task A_login_in_a_browser_that_has_a_session_begins_another_and_ends_that()
    {
        var eve = await rooms.AddUserAsync("eve");
        var copied = await rooms.SignInAsync(ada);
        var cookie = await rooms.SignInAsync(eve, copied);
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, copied));
        Assert.Equal(eve.Id, (await AskAsync(rooms, cookie)).UserId);
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_all_of_them_and_nobody_elses()
    {
        var eve = await rooms.SignInAsync(await rooms.AddUserAsync("eve"));
        string[] cookies = [await rooms.SignInAsync(ada), await rooms.SignInAsync(ada)];
        foreach (var cookie in cookies)
            Assert.Equal(CallerKind.Person, (await AskAsync(other, cookie)).Kind);
        await Sessions.EndAllAsync(ada.Id, Cancel);
        foreach (var cookie in cookies)
            Assert.Same(Caller.Anonymous, await AskAsync(other, cookie));
        Assert.Equal(CallerKind.Person, (await AskAsync(other, eve)).Kind);
        Assert.Empty(await Sessions.ListAsync(ada.Id, Cancel));
    }

    [Fact]
    public async Task A_session_is_ended_by_its_person_only()
    {
        var eve = await rooms.AddUserAsync("eve");
        await rooms.SignInAsync(ada);
        var session = Assert.Single(await Sessions.ListAsync(ada.Id, Cancel));
        Assert.False(await Sessions.EndAsync(eve.Id, session.Id, Cancel));
        Assert.True(await Sessions.EndAsync(ada.Id, session.Id, Cancel));
        Assert.False(await Sessions.EndAsync(ada.Id, session.Id, Cancel));
    }

    [Fact]
    public async Task The_row_says_where_and_how_and_the_cookie_only_which_row()
    {
        var cookie = await rooms.SignInAsync(ada);
        var session = Assert.Single(await Sessions.ListAsync(ada.Id, Cancel));
        Assert.Equal(
            ("192.0.2.7", SessionStart.Password, rooms.Time.GetUtcNow(), rooms.Time.GetUtcNow(), Lengths.Agent),
            (session.Address, session.Start, session.CreatedAt, session.LastUsedAt, session.Agent.Length));
        Assert.StartsWith("Mozilla/5.0 (X11; Linux x86_64; rv:140.0)Gecko", session.Agent, StringComparison.Ordinal);

        Assert.Equal([(ClaimTypes.NameIdentifier, ada.Id), ("session", session.Id)], Read(cookie).Select(c => (c.Type, c.Value)));
    }

    [Fact]
    public async Task A_warm_session_asks_no_database_until_something_has_changed_about_its_person()
    {
        var cookie = await rooms.SignInAsync(ada);
        await AskAsync(rooms, cookie);
        await using (var db = await rooms.Databases.CreateDbContextAsync(Cancel))
            Assert.Equal(1, await db.Sessions.ExecuteDeleteAsync(Cancel));
        // The row has gone without a word to anybody, so a session that is still let in was not looked for.
        Assert.Equal(CallerKind.Person, (await AskAsync(rooms, cookie)).Kind);
        await other.Users.SetAdministratorAsync("ada", true, Cancel);
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, cookie));
    }

    [Fact]
    public async Task A_login_that_a_new_password_overtakes_has_ended_before_it_begins()
    {
        Assert.True(await rooms.Users.SetPasswordAsync(ada.Id, "another horse", Cancel));
        // The account as it was when the old password was looked at.
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, await rooms.SignInAsync(ada)));
        Assert.Empty(await Sessions.ListAsync(ada.Id, Cancel));
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("password")]
    [InlineData("delete")]
    public async Task Rows_go_when_all_sessions_end(string how)
    {
        await rooms.SignInAsync(ada);
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        Assert.Equal(1, await db.Sessions.CountAsync(Cancel));
        if (how == "disable")
            await rooms.Users.DisableAsync("ada", disabled: true, Cancel);
        else if (how == "password")
            await rooms.Users.SetPasswordAsync(ada.Id, "another horse", Cancel);
        else
            await db.Users.Where(u => u.Id == ada.Id).ExecuteDeleteAsync(Cancel);
        Assert.Equal(0, await db.Sessions.CountAsync(Cancel));
    }

    [Fact]
    public async Task Of_a_hundred_sessions_the_one_that_was_not_used_for_longest_makes_room()
    {
        var cookies = new List<string>();
        for (var i = 0; i <= BrowserSessions.MostOfPerson; i++)
        {
            rooms.Time.Advance(TimeSpan.FromSeconds(1));
            cookies.Add(await rooms.SignInAsync(ada));
        }

        Assert.Equal(BrowserSessions.MostOfPerson, (await Sessions.ListAsync(ada.Id, Cancel)).Count);
        Assert.Same(Caller.Anonymous, await AskAsync(other, cookies[0]));
        Assert.Equal(CallerKind.Person, (await AskAsync(other, cookies[1])).Kind);
    }

    [Fact]
    public async Task A_session_that_is_not_used_ends_and_its_row_is_swept()
    {
        var cookie = await rooms.SignInAsync(ada);
        rooms.Time.Advance(TimeSpan.FromDays(13));
        var newer = await rooms.SignInAsync(ada);
        Assert.Equal(0, await Sessions.SweepAsync(Cancel));
        rooms.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((CallerKind.Anonymous, CallerKind.Person), ((await AskAsync(rooms, cookie)).Kind, (await AskAsync(rooms, newer)).Kind));
        Assert.Single(await Sessions.ListAsync(ada.Id, Cancel));
        Assert.Equal(1, await Sessions.SweepAsync(Cancel));
    }

    [Fact]
    public async Task The_last_use_is_written_behind_the_requests_at_most_once_in_five_minutes()
    {
        var (cookie, marker) = (await rooms.SignInAsync(ada), await rooms.SignInAsync(await rooms.AddUserAsync("marker")));
        var eve = (await rooms.Users.FindAsync("marker", Cancel))!;
        var first = rooms.Time.GetUtcNow();
        using var uses = rooms.Services.GetRequiredService<SessionUses>();
        await uses.StartAsync(Cancel);

        rooms.Time.Advance(TimeSpan.FromSeconds(299));
        await AskAsync(rooms, cookie, "198.51.100.9");
        rooms.Time.Advance(TimeSpan.FromSeconds(1));
        // Uses are written in order, so once the marker's is there the other is decided.
        await AskAsync(rooms, marker);
        await UsedAtAsync(eve, first.AddSeconds(300));
        Assert.Equal((first, "192.0.2.7"), await LastUseAsync(ada));

        await AskAsync(rooms, cookie, "198.51.100.9");
        await UsedAtAsync(ada, first.AddSeconds(300));
        Assert.Equal("198.51.100.9", (await LastUseAsync(ada)).Address);
        await uses.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_session_that_is_used_goes_on_with_a_new_cookie_that_says_no_more_than_the_first()
    {
        using var uses = rooms.Services.GetRequiredService<SessionUses>();
        await uses.StartAsync(Cancel);
        var cookie = await rooms.SignInAsync(ada);
        Assert.Equal("", await RenewAsync(cookie));
        rooms.Time.Advance(TimeSpan.FromDays(8));
        var renewed = await RenewAsync(cookie);
        await UsedAtAsync(ada, rooms.Time.GetUtcNow());
        await uses.StopAsync(Cancel);

        rooms.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal((CallerKind.Anonymous, CallerKind.Person), ((await AskAsync(rooms, cookie)).Kind, (await AskAsync(rooms, renewed)).Kind));
        Assert.Equal(Read(cookie).Select(c => (c.Type, c.Value)), Read(renewed).Select(c => (c.Type, c.Value)));
    }

    /// <summary>Asks, and sends the answer off.</summary>
    /// <returns>The cookie that came with it; empty for none.</returns>
    private async Task<string> RenewAsync(string cookie)
    {
        var answer = new StartedAnswer();
        await rooms.AskAsync(context =>
        {
            context.Features.Set<IHttpResponseFeature>(answer);
            context.Request.Headers.Cookie = cookie;
        });
        await answer.StartAsync();
        return answer.Headers.SetCookie.ToString().Split(';')[0];
    }

    private IEnumerable<Claim> Read(string cookie) =>
        rooms.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(Schemes.Session)
            .TicketDataFormat.Unprotect(cookie.Split('=', 2)[1])!.Principal.Claims;

    private sealed class StartedAnswer : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> waiting = new();

        public override void OnStarting(Func<object, Task> callback, object state) => waiting.Push((callback, state));

        public async Task StartAsync()
        {
            while (waiting.TryPop(out var next))
                await next.Callback(next.State);
        }
    }

    private static Task<Caller> AskAsync(Rooms rooms, string cookie, string address = "192.0.2.7") => rooms.AskAsync(context =>
    {
        context.Request.Headers.Cookie = cookie;
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
    });

    private async Task UsedAtAsync(User user, DateTimeOffset expected)
    {
        while ((await LastUseAsync(user)).At != expected)
            Cancel.ThrowIfCancellationRequested();
    }

    private async Task<(DateTimeOffset At, string Address)> LastUseAsync(User user)
    {
        var session = Assert.Single(await Sessions.ListAsync(user.Id, Cancel));
        return (session.LastUsedAt, session.Address);
    }
}
