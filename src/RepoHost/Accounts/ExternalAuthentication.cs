using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

/// <summary>
/// The scheme of the external issuer: authorization code with PKCE, state and nonce, all by the framework's handler. The answer comes back as a plain
/// navigation with its parts in the query, so that the cookies which tie it to this browser can be <c>SameSite=Lax</c>. What the issuer said is kept in a short
/// cookie of its own until a page has decided what it means here.
/// </summary>
internal static partial class ExternalAuthentication
{
    public const string CallbackPath = "/login/external/callback";

    /// <summary>Long enough to think of a user name.</summary>
    private static readonly TimeSpan IdentityLives = TimeSpan.FromMinutes(20);

    public static IServiceCollection AddExternalAuthentication(this IServiceCollection services)
    {
        services.AddOptions<OidcOptions>().BindConfiguration(OidcOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OidcOptions>, OidcOptionsValidator>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, CookieConfiguration>();
        services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>, Configuration>();
        services.AddAuthentication().AddCookie(Schemes.ExternalIdentity).AddOpenIdConnect(Schemes.External, _ => { });
        return services;
    }

    private sealed class CookieConfiguration(IOptions<RepoHostOptions> host) : IConfigureNamedOptions<CookieAuthenticationOptions>
    {
        public void Configure(CookieAuthenticationOptions options)
        {
        }

        public void Configure(string? name, CookieAuthenticationOptions options)
        {
            if (name != Schemes.ExternalIdentity)
                return;
            options.Cookie.Name = SiteCookies.External;
            SiteCookies.Protect(options.Cookie, host.Value);
            options.ExpireTimeSpan = IdentityLives;
            options.SlidingExpiration = false;
        }
    }

    private sealed class Configuration(IOptions<OidcOptions> oidc, IOptions<RepoHostOptions> host, ILogger<ExternalLogins> logger)
        : IConfigureNamedOptions<OpenIdConnectOptions>
    {
        private string PathBase => PublicUrl.PathBaseOf(host.Value.PublicUrl).ToUriComponent();

        public void Configure(OpenIdConnectOptions options)
        {
        }

        public void Configure(string? name, OpenIdConnectOptions options)
        {
            if (name != Schemes.External || !oidc.Value.IsConfigured)
                return;

            options.Authority = oidc.Value.Authority;
            options.ClientId = oidc.Value.ClientId;
            options.ClientSecret = oidc.Value.ClientSecret;
            options.RequireHttpsMetadata = oidc.Value.Authority!.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
            options.SignInScheme = Schemes.ExternalIdentity;
            options.CallbackPath = CallbackPath;
            options.ResponseType = OpenIdConnectResponseType.Code;
            options.ResponseMode = OpenIdConnectResponseMode.Query;
            options.UsePkce = true;
            options.SaveTokens = false;
            options.DisableTelemetry = true;
            options.BackchannelTimeout = TimeSpan.FromSeconds(15);

            // The claims keep the names that the specification gives them, and the issuer, which is half of who somebody is, is kept too.
            options.MapInboundClaims = false;
            options.ClaimActions.Remove("iss");
            options.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
            options.ClaimActions.MapUniqueJsonKey("preferred_username", "preferred_username");
            options.GetClaimsFromUserInfoEndpoint = true;
            options.Scope.Clear();
            foreach (var scope in (string[])["openid", "profile", "email"])
                options.Scope.Add(scope);

            foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
            {
                SiteCookies.Protect(cookie, host.Value);
                cookie.Path = PathBase + CallbackPath;
            }

            options.CorrelationCookie.Name = SiteCookies.ExternalState + "state.";
            options.NonceCookie.Name = SiteCookies.ExternalState + "nonce.";
            options.Events.OnRedirectToIdentityProvider = Redirect;
            options.Events.OnAccessDenied = context => Back(context, "denied");
            options.Events.OnRemoteFailure = context =>
            {
                // Not the message: it may hold what the issuer wrote about somebody, their mail address too.
                Log.Failed(logger, OneLine(context.Failure?.Data["error"] as string ?? context.Failure?.GetType().Name));
                return Back(context, "failed");
            };
        }

        /// <summary>The issuer sends people back to the address that clients use, never to what a request called us.</summary>
        private static Task Redirect(RedirectContext context)
        {
            context.ProtocolMessage.RedirectUri = context.HttpContext.RequestServices.GetRequiredService<PublicUrl>().Of(CallbackPath);
            return Task.CompletedTask;
        }

        /// <summary>To the login page, which says what happened.</summary>
        private Task Back<TOptions>(HandleRequestContext<TOptions> context, string outcome)
            where TOptions : AuthenticationSchemeOptions
        {
            context.HandleResponse();
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect($"{PathBase}/login?external={outcome}");
            return Task.CompletedTask;
        }

        /// <summary>Part of it may be what somebody wrote into an address.</summary>
        private static string OneLine(string? text) => new([.. (text ?? "").Take(300).Select(c => char.IsControl(c) ? ' ' : c)]);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A login by the external issuer failed: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
