using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

/// <summary>The scheme of browser sessions: Identity's application cookie, checked on every request against the person as they are now.</summary>
internal static class SessionAuthentication
{
    public const string CookieName = SiteCookies.Session;

    /// <summary>
    /// What the keys protect is theirs under this name. Without one it would be the folder that the program is installed in, and moving the program would end every
    /// session and every mailed link. Another name here does the same: never change it.
    /// </summary>
    private const string ApplicationName = "RepoHost";

    public static IServiceCollection AddSessionAuthentication(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName(ApplicationName);
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

    private sealed class Configuration(People people, IOptions<AccountsOptions> accounts, IOptions<IdentityOptions> identity, IOptions<RepoHostOptions> host)
        : IConfigureNamedOptions<CookieAuthenticationOptions>
    {
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
            options.Events.OnValidatePrincipal = CheckPersonAsync;
        }

        private async Task CheckPersonAsync(CookieValidatePrincipalContext context)
        {
            var claims = identity.Value.ClaimsIdentity;
            var userId = context.Principal?.FindFirstValue(claims.UserIdClaimType);
            var person = userId is null ? null : await people.FindAsync(userId, context.HttpContext.RequestAborted);
            if (person is { Disabled: true } or { IsService: true })
            {
                context.RejectPrincipal();
                context.HttpContext.Features.Set<ICallerFeature>(Caller.Invalid(CredentialKind.Cookie));
                return;
            }

            if (person is null || person.SecurityStamp is null || person.SecurityStamp != context.Principal?.FindFirstValue(claims.SecurityStampClaimType))
            {
                // The password was changed since, or the session was ended everywhere: sign in again.
                context.RejectPrincipal();
                return;
            }

            context.HttpContext.Features.Set(person);
        }
    }
}
