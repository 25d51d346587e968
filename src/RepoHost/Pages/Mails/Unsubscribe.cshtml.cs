using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Pages.Mails;

/// <summary>
/// Where the last line of a mail leads. Looking changes nothing, since mail programs follow addresses by themselves; the button does, by
/// <see cref="UnsubscribeEndpoint"/>. Whose mails they are is not shown: the address may have been passed on.
/// </summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class UnsubscribeModel(UnsubscribeLinks links, MailSwitches switches) : SitePage
{
    public bool IsOn { get; private set; }

    public string Subject { get; private set; } = "";

    public string Here { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync([FromQuery(Name = UnsubscribeLinks.Parameter)] string? text)
    {
        if (links.ReadOrNull(text) is not { } subscription)
            return Refuse(UnsubscribeEndpoint.NotOurs);
        IsOn = await switches.IsOnAsync(subscription, HttpContext.RequestAborted);
        Subject = subscription.Switch == MailSwitch.Requests ? "access requests that you review" : "what became of your own access requests";
        Here = Links.Path($"{UnsubscribeLinks.Path}?{UnsubscribeLinks.Parameter}={text}");
        return Page();
    }
}
