using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

/// <summary>
/// The scheme of browser sessions: Identity's application cookie, which names a row (<see cref="BrowserSessions"/>) and is checked on every request against
/// that row and the person as they are now.
/// </summary>
internal static class SessionAuthentication
{
    public const string CookieName = SiteCookies.Session;

    /// <summary>
    /// What is encrypted with the keys can be read under this name only. Without one it would be the folder that the program is installed in, and moving the
    /// program would end every session and every mailed link. Another name here does the same: never change it.
    /// </summary>
    private const string ApplicationName = "RepoHost";

    public static IServiceCollection AddSessionAuthentication(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName(ApplicationName);
        services.AddSingleton<CheckedSessions>();
        services.AddSingleton<BrowserSessions>();
        services.AddSingleton<SessionUses>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionUses>());
        services.AddHostedService<SessionSweep>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyFolder>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, Configuration>();
        services.AddAuthentication().AddCookie(Schemes.Session);
        return services;
    }

    /// <summary>Beside the tokens' keys, so that sessions outlive a restart and hold on every process that shares the directory.</summary>
    private sealed class KeyFolder(IOptions<RepoHostOptions> options, ILoggerFactory loggers) : IConfigureOptions<KeyManagementOptions>
    {
        public void Configure(KeyManagementOptions keys)
        {
            var folder = Path.Combine(Path.GetFullPath(options.Value.DataDirectory), "keys", "sessions");
            keys.XmlRepository = new FileSystemXmlRepository(Directory.CreateDirectory(folder), loggers);
        }
    }

    private sealed class Configuration(
        CheckedSessions sessions, BrowserSessions rows, IOptions<AccountsOptions> accounts, IOptions<IdentityOptions> identity, IOptions<RepoHostOptions> host)
        : IConfigureNamedOptions<CookieAuthenticationOptions>
    {
        /// <summary>The claim of the cookie that names the row.</summary>
        private const string SessionClaim = "session";

        public void Configure(CookieAuthenticationOptions options)
        {
        }

        public void Configure(string? name, CookieAuthenticationOptions options)
        {
            if (name != Schemes.Session)
                return;

            options.Cookie.Name = CookieName;
            SiteCookies.Protect(options.Cookie, host.Value);
            options.LoginPath = "/login";
            options.LogoutPath = "/logout";
            options.AccessDeniedPath = "/login";
            options.ReturnUrlParameter = "next";
            options.ExpireTimeSpan = TimeSpan.FromDays(accounts.Value.SessionDays);
            options.SlidingExpiration = true;
            options.Events.OnSigningIn = BeginAsync;
            options.Events.OnValidatePrincipal = CheckAsync;
            options.Events.OnSigningOut = EndAsync;
        }

        /// <summary>
        /// Makes the row, and leaves in the cookie which one it is and whose: the person is looked at too, so that somebody disabled is not taken for nobody.
        /// Each login is a session of its own: a copied cookie of the one before must not become the new one.
        /// </summary>
        private async Task BeginAsync(CookieSigningInContext context)
        {
            var (request, claims) = (context.HttpContext, identity.Value.ClaimsIdentity);
            var userId = context.Principal?.FindFirstValue(claims.UserIdClaimType)
                ?? throw new InvalidOperationException("Somebody without an id is being logged in.");
            var begun = new NewSession(
                userId,
                context.Principal.FindFirstValue(claims.SecurityStampClaimType) ?? "",
                Enum.TryParse<SessionStart>(context.Principal.FindFirstValue(ClaimTypes.AuthenticationMethod), out var start) ? start : SessionStart.Other,
                SessionUses.AddressOf(request),
                request.Request.Headers.UserAgent);
            await EndFormerAsync(request);
            var sessionId = await rows.BeginAsync(begun, request.RequestAborted);
            Claim[] named = [new(ClaimTypes.NameIdentifier, userId), new(SessionClaim, sessionId)];
            context.Principal = new ClaimsPrincipal(new ClaimsIdentity(named, Schemes.Session));
        }

        private async Task CheckAsync(CookieValidatePrincipalContext context)
        {
            var (userId, sessionId) = (context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier), context.Principal?.FindFirstValue(SessionClaim));
            var session = userId is null || sessionId is null ? null : await sessions.FindAsync(sessionId, userId, context.HttpContext.RequestAborted);
            if (session is not { IsGood: true })
            {
                // Logged out, or the password was changed since: log in again.
                context.RejectPrincipal();
                if (session?.Caller.Kind == CallerKind.InvalidCredential)
                    context.HttpContext.Features.Set<ICallerFeature>(session.Caller);
                return;
            }

            context.ReplacePrincipal(session.ToPrincipal());
            context.HttpContext.Features.Set(session);
        }

        private Task EndAsync(CookieSigningOutContext context) => EndFormerAsync(context.HttpContext);

        /// <summary>The session that this browser has until now: its cookie is about to be replaced or removed, but there may be a copy of it.</summary>
        private async Task EndFormerAsync(HttpContext context)
        {
            // Beside a token nobody has looked at the cookie yet.
            if (context.Features.Get<CheckedSession>() is null)
                await context.AuthenticateAsync(Schemes.Session);
            if (context.Features.Get<CheckedSession>() is not { } former)
                return;

            // Not left half done because the browser has gone.
            await rows.EndAsync(former.Person.Id, former.Id, CancellationToken.None);
            context.Features.Set<CheckedSession>(null);
        }
    }
}
