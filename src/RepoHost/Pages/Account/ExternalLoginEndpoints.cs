using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Authentication;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Account;

/// <summary>
/// To the external issuer and back. The way there is a link and no form: the pages' Content-Security-Policy lets forms go to this site only, also when the
/// answer leads elsewhere.
/// </summary>
internal static partial class ExternalLoginEndpoints
{
    public static void MapExternalLogin(this IEndpointRouteBuilder routes)
    {
        // Addresses of the site, as pages are.
        var access = new RouteAccessMetadata(RouteAccess.Anyone, null, RefusalFormat.Html);
        routes.MapGet("/login/external", StartAsync).WithMetadata(access);
        routes.MapGet(ExternalAuthentication.CallbackPath, ReturnAsync).WithMetadata(access);
    }

    /// <param name="next">Where the person wants to be afterwards.</param>
    /// <param name="connect">Somebody who is logged in wants this login for their account.</param>
    private static async Task StartAsync(HttpContext context, ExternalLogins logins, SiteLinks links, ILoggerFactory loggers, string? next, bool connect = false)
    {
        if (!logins.IsConfigured)
        {
            await new RefusedPage(HubErrors.PageNotFound).WriteAsync(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        var after = connect ? "/settings/password/connect" : $"/login/external/done?next={Uri.EscapeDataString(links.Next(next))}";
        try
        {
            await context.ChallengeAsync(Schemes.External, new AuthenticationProperties { RedirectUri = links.Path(after) });
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or TaskCanceledException && !context.RequestAborted.IsCancellationRequested)
        {
            // Its configuration could not be read.
            Log.Unreachable(loggers.CreateLogger(typeof(ExternalLoginEndpoints)), e);
            context.Response.Redirect(links.Path("/login?external=unreachable"));
        }
    }

    /// <summary>There is no authentication middleware that would look for the answer (Server.cs), so the handler is asked here.</summary>
    private static async Task ReturnAsync(HttpContext context, ExternalLogins logins, IAuthenticationHandlerProvider handlers)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!logins.IsConfigured || await handlers.GetHandlerAsync(context, Schemes.External) is not IAuthenticationRequestHandler handler || !await handler.HandleRequestAsync())
            await new RefusedPage(HubErrors.PageNotFound).WriteAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The external issuer's configuration could not be read")]
        public static partial void Unreachable(ILogger logger, Exception cause);
    }
}
