using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Pages.Mails;

/// <summary>
/// <c>POST /unsubscribe?m=…</c>: the button of the page, and the one that mail programs show (RFC 8058). Those post from anywhere and without a field of ours, so this is
/// a route and no page; the address itself says whose mails of which kind, and only they are turned off or on.
/// </summary>
internal static class UnsubscribeEndpoint
{
    public static readonly Refusal NotOurs = new(400, null, "This address is not complete. Copy all of it from the mail; in some programs it goes over more than one line.", null);

    private const int LongestBody = 4096;

    public static void MapUnsubscribe(this IEndpointRouteBuilder routes) =>
        routes.MapPost(UnsubscribeLinks.Path, SetAsync).WithAccess(RouteAccess.Anyone).WithMetadata(new RequestSizeLimitAttribute(LongestBody));

    private static async Task<IResult> SetAsync(HttpContext context, UnsubscribeLinks links, MailSwitches switches, SiteLinks site)
    {
        var text = context.Request.Query[UnsubscribeLinks.Parameter].ToString();
        if (links.ReadOrNull(text) is not { } subscription)
            return new Refused(NotOurs);

        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        if (form["List-Unsubscribe"] == "One-Click")
        {
            await switches.SetAsync(subscription, on: false, context.RequestAborted);
            return TypedResults.Text("These mails are turned off.\n");
        }

        if (form["mails"].ToString() is not ("on" or "off"))
            return new Refused(HubErrors.BadRequest("Send List-Unsubscribe=One-Click as a form."));
        await switches.SetAsync(subscription, form["mails"] == "on", context.RequestAborted);
        context.Response.Headers.Location = site.Path($"{UnsubscribeLinks.Path}?{UnsubscribeLinks.Parameter}={text}");
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}
