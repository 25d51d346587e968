using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Orgs;

/// <summary>The organizations of whoever is looking, and the invitations that they have.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class MineModel(Organizations organizations, Invitations invitations) : SitePage
{
    public IReadOnlyList<Membership> Memberships { get; private set; } = [];

    public IReadOnlyList<Invitation> Invitations { get; private set; } = [];

    public bool MayCreate => organizations.MayCreate(Caller);

    public async Task OnGetAsync() => await ReadAsync();

    public async Task<IActionResult> OnPostLeaveAsync(string? organization)
    {
        var outcome = await organizations.RemoveMemberAsync(organization ?? "", Caller.UserName!, HttpContext.RequestAborted);
        if (outcome == MembershipOutcome.LastAdministrator)
        {
            ModelState.AddModelError("", $"You are the last admin of {organization} who can log in. Make somebody else admin first, or delete the organization.");
            await ReadAsync();
            return Page();
        }

        if (outcome == MembershipOutcome.Done)
            Notify($"You have left {organization}.");
        return SeeOther(OrganizationLinks.Mine);
    }

    public async Task<IActionResult> OnPostAcceptAsync(string? invitation)
    {
        Notify(await invitations.AcceptAsync(invitation ?? "", Caller.UserId!, HttpContext.RequestAborted) == AcceptOutcome.NoSuchInvitation
            ? "That invitation does not hold any more. Ask for a new one."
            : "You are a member now.");
        return SeeOther(OrganizationLinks.Mine);
    }

    public async Task<IActionResult> OnPostDeclineAsync(string? invitation)
    {
        await invitations.DeclineAsync(invitation ?? "", Caller.UserId!, HttpContext.RequestAborted);
        Notify("The invitation is declined.");
        return SeeOther(OrganizationLinks.Mine);
    }

    private async Task ReadAsync()
    {
        Memberships = await organizations.ListOfPersonAsync(Caller.UserId!, HttpContext.RequestAborted);
        Invitations = await invitations.ListOfPersonAsync(Caller.UserId!, HttpContext.RequestAborted);
    }
}
