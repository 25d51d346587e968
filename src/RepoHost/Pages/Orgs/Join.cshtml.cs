using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Orgs;

/// <summary>
/// Where the link of an invitation's mail leads. Opening it decides nothing: programs that look at mails open links too. The link is a secret, so it is kept out of
/// logs by its route value's name.
/// </summary>
[PageAccess(RouteAccess.Person)]
internal sealed class JoinModel(Invitations invitations) : SitePage
{
    /// <summary>Null: used, declined, withdrawn or too old, which all look alike.</summary>
    public Invitation? Invitation { get; private set; }

    public async Task OnGetAsync(string link)
    {
        Invitation = await invitations.FindBySecretAsync(link, HttpContext.RequestAborted);
        if (Invitation is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
    }

    public async Task<IActionResult> OnPostAsync(string link)
    {
        var outcome = await invitations.AcceptBySecretAsync(link, Caller.UserId!, HttpContext.RequestAborted);
        if (outcome == AcceptOutcome.NoSuchInvitation)
            return Gone();
        Notify(outcome == AcceptOutcome.Accepted ? "You are a member now." : "You are a member already. Somebody else can still use the link.");
        return SeeOther(OrganizationLinks.Mine);
    }

    public async Task<IActionResult> OnPostDeclineAsync(string link)
    {
        if (!await invitations.DeclineBySecretAsync(link, HttpContext.RequestAborted))
            return Gone();
        Notify("The invitation is declined.");
        return SeeOther(OrganizationLinks.Mine);
    }

    private Microsoft.AspNetCore.Mvc.RazorPages.PageResult Gone()
    {
        Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }
}
