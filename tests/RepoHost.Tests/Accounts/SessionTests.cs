using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class SessionTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private User ada = null!;
    private string cookie = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        ada = await rooms.AddUserAsync("ada", "correct horse");
        cookie = await SignInAsync();
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task A_session_is_the_person_and_may_write()
    {
        var caller = await AskAsync(rooms, cookie);
        Assert.Equal(
            (CallerKind.Person, CredentialKind.Cookie, ada.Id, "ada", null, null, true),
            (caller.Kind, caller.CredentialKind, caller.UserId, caller.UserName, caller.TokenId, caller.TokenRole, caller.Scopes == TokenScopes.Everything));
    }

    [Fact]
    public async Task A_session_holds_in_another_process_on_the_same_directory()
    {
        await using var other = rooms.OpenAgain();
        Assert.Equal(CallerKind.Person, (await AskAsync(other, cookie)).Kind);
    }

    [Fact]
    public async Task A_disabled_person_is_refused_with_the_next_request_and_not_taken_for_nobody()
    {
        await using var other = rooms.OpenAgain();
        Assert.Equal(CallerKind.Person, (await AskAsync(rooms, cookie)).Kind);
        await other.Users.DisableAsync("ada", disabled: true, Cancel);
        Assert.Same(Caller.Invalid(CredentialKind.Cookie), await AskAsync(rooms, cookie));
    }

    [Fact]
    public async Task A_session_of_before_stays_ended_when_a_person_is_enabled_again()
    {
        await rooms.Users.DisableAsync("ada", disabled: true, Cancel);
        await rooms.Users.DisableAsync("ada", disabled: false, Cancel);
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, cookie));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_ends_tokens_with_a_new_password_ends_external_logins_too(bool endTokens)
    {
        var logins = rooms.Services.GetRequiredService<ExternalLogins>();
        await logins.ConnectAsync(ada.Id, new("https://login.example", "a-subject"), Cancel);
        Assert.NotNull(await rooms.Services.GetRequiredService<Credentials>().SetPasswordAsync(new(ada.Id, "another horse") { EndTokens = endTokens }, Cancel));
        Assert.Equal(!endTokens, await logins.IsConnectedAsync(ada.Id, Cancel));
    }

    [Fact]
    public async Task What_began_in_a_session_is_not_finished_when_the_session_has_ended()
    {
        var standing = rooms.Services.GetRequiredService<CallerStanding>();
        var caller = await AskAsync(rooms, cookie);
        Assert.Same(caller, await standing.FindAsync(caller, Cancel));
        await using var other = rooms.OpenAgain();
        Assert.True(await other.Users.SetPasswordAsync(ada.Id, "another horse", Cancel));
        Assert.Null(await standing.FindAsync(caller, Cancel));
    }

    [Fact]
    public async Task What_began_in_a_session_is_not_finished_after_the_logout_from_it()
    {
        var standing = rooms.Services.GetRequiredService<CallerStanding>();
        var caller = await AskAsync(rooms, cookie);
        await rooms.SignOutAsync(cookie);
        Assert.Null(await standing.FindAsync(caller, Cancel));
    }

    [Fact]
    public async Task A_new_password_ends_the_sessions()
    {
        await using var other = rooms.OpenAgain();
        Assert.False(await other.Users.SetPasswordAsync(ada.Id, "short", Cancel));
        Assert.Equal(CallerKind.Person, (await AskAsync(rooms, cookie)).Kind);
        Assert.True(await other.Users.SetPasswordAsync(ada.Id, "another horse", Cancel));
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, cookie));
    }

    [Fact]
    public async Task An_expired_or_altered_cookie_is_like_none()
    {
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, cookie[..^8] + "AAAAAAAA"));
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, SessionAuthentication.CookieName + "=x"));
        rooms.Time.Advance(TimeSpan.FromDays(15));
        Assert.Same(Caller.Anonymous, await AskAsync(rooms, cookie));
    }

    [Fact]
    public async Task A_session_that_was_made_up_from_database_columns_is_nothing()
    {
        await using var elsewhere = await Rooms.OpenAsync();
        Assert.Same(Caller.Anonymous, await AskAsync(elsewhere, cookie));
    }

    [Fact]
    public async Task Beside_a_session_the_header_decides()
    {
        var token = await rooms.Tokens.IssueAsync(ada, "reader", TokenRole.Read, null, Cancel);
        Assert.Equal(CredentialKind.Bearer, (await AskAsync(rooms, cookie, $"Bearer {token.Text}")).CredentialKind);
        Assert.Equal(CallerKind.InvalidCredential, (await AskAsync(rooms, cookie, "Bearer x")).Kind);
    }

    [Fact]
    public async Task Nobody_can_sign_in_to_a_disabled_account()
    {
        await rooms.Users.DisableAsync("ada", disabled: true, Cancel);
        await using var scope = rooms.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<User>>();
        Assert.True((await signIn.PasswordSignInAsync("ada", "correct horse", isPersistent: false, lockoutOnFailure: true)).IsNotAllowed);
    }

    private static Task<Caller> AskAsync(Rooms rooms, string cookie, string? authorization = null) => rooms.AskAsync(context =>
    {
        context.Request.Headers.Cookie = cookie;
        if (authorization is not null)
            context.Request.Headers.Authorization = authorization;
    });

    private async Task<string> SignInAsync()
    {
        await using var scope = rooms.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = context;
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<User>>();
        var user = await signIn.UserManager.FindByNameAsync("ada");
        Assert.True((await signIn.CheckPasswordSignInAsync(user!, "correct horse", lockoutOnFailure: true)).Succeeded);
        await signIn.SignInAsync(user!, new AuthenticationProperties { IsPersistent = true });
        return context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }
}
