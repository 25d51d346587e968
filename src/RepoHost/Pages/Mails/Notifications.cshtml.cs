using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Pages.Mails;

/// <summary>Which mails a person wants, and when their day begins.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class NotificationsModel(MailSwitches switches, UserAccounts accounts, IOptions<MailOptions> options) : SitePage
{
    public MailSettings Settings { get; private set; } = null!;

    public string Address { get; private set; } = "";

    public int DigestHour => options.Value.DigestHour;

    public IEnumerable<SelectListItem> TimeZones =>
    [
        new($"The server's: {options.Value.TimeZone}", ""),
        // One that this machine does not list stays what it is until another is chosen.
        .. Notifications.TimeZones.Names.Union(Settings.TimeZone is { } own ? [own] : []).Select(name => new SelectListItem(name, name)),
    ];

    public async Task<IActionResult> OnGetAsync() => await FindAsync() ? Page() : Refuse(HubErrors.PageNotFound);

    public async Task<IActionResult> OnPostAsync([FromForm] bool requests, [FromForm] bool decisions, [FromForm] string? timeZone)
    {
        if (Caller.CredentialKind != CredentialKind.Cookie)
            return Refuse(new Refusal(403, null, "Settings of a person are changed in the browser, not with a token.", null));
        if (!await FindAsync())
            return Refuse(HubErrors.PageNotFound);
        if (!await switches.ChangeAsync(Caller.UserId!, new(string.IsNullOrEmpty(timeZone) ? null : timeZone, requests, decisions), HttpContext.RequestAborted))
        {
            ModelState.AddModelError("timeZone", "Choose a time zone of the list.");
            return Page();
        }

        Notify("Your notification settings are saved.");
        return SeeOther("/settings/notifications");
    }

    private async Task<bool> FindAsync()
    {
        if (await switches.OfPersonAsync(Caller.UserId!, HttpContext.RequestAborted) is not { } settings || await accounts.FindByIdAsync(Caller.UserId!, HttpContext.RequestAborted) is not { } user)
            return false;
        (Settings, Address) = (settings, string.IsNullOrEmpty(user.Email) ? "nobody: this account has no mail address" : user.Email);
        return true;
    }
}
