using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Notifications;

namespace RepoHost.Pages.Orgs;

/// <summary>Who belongs to an organization and as what; asking others in.</summary>
[PageAccess(RouteAccess.AdministerOrganization)]
internal sealed class MembersModel(Organizations organizations, Invitations invitations, InvitationMails mails, MailReach reach) : OrganizationSitePage
{
    /// <summary>User name or mail address of somebody to be invited.</summary>
    [BindProperty]
    public string? Invitee { get; set; }

    [BindProperty]
    public string? InviteRole { get; set; }

    public IReadOnlyList<Membership> Members { get; private set; } = [];

    public IReadOnlyList<Invitation> Invitations { get; private set; } = [];

    public bool SendsMail => reach.SendsMail;

    /// <summary>The link of the invitation that was just made, where no mail takes it along; shown once.</summary>
    public string? Link { get; private set; }

    public static IEnumerable<SelectListItem> Roles(bool service) => RoleItems(service ? OrganizationRole.Write : OrganizationRole.Admin);

    public Task OnGetAsync() => ReadAsync();

    public Task<IActionResult> OnPostRoleAsync(string? member, string? role) =>
        RoleOf(role) is { } given
            ? AnswerAsync(member, organizations.ChangeRoleAsync(Organization.Name, member ?? "", given, HttpContext.RequestAborted), $"{member} has the role {Word(given)} now.")
            : FaultAsync("", "Choose one of the roles.");

    public Task<IActionResult> OnPostRemoveAsync(string? member) =>
        AnswerAsync(member, organizations.RemoveMemberAsync(Organization.Name, member ?? "", HttpContext.RequestAborted), $"{member} is no longer a member.");

    public async Task<IActionResult> OnPostInviteAsync()
    {
        var invitee = Invitee?.Trim() ?? "";
        if (invitee.Length == 0)
            return await FaultAsync(nameof(Invitee), "Type a user name or a mail address.");
        if (RoleOf(InviteRole) is not { } role)
            return await FaultAsync(nameof(InviteRole), "Choose one of the roles.");

        var result = await mails.InviteAsync(Organization, invitee, role, Caller, HttpContext.RequestAborted);
        if (result.Invitation is null)
            return await FaultAsync(nameof(Invitee), result.Message);

        if (!SendsMail && result.Link is { } link)
        {
            Link = link;
            Response.Headers.CacheControl = "no-store";
            await ReadAsync();
            return Page();
        }

        Notify($"{invitee} is invited.");
        return SeeOther(OrganizationLinks.Members(Organization.Name));
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string? invitation)
    {
        Notify(await invitations.WithdrawAsync(Organization.Id, invitation ?? "", HttpContext.RequestAborted)
            ? "The invitation is withdrawn."
            : "That invitation was not open any more.");
        return SeeOther(OrganizationLinks.Members(Organization.Name));
    }

    private async Task<IActionResult> AnswerAsync(string? member, Task<MembershipOutcome> changing, string done)
    {
        var outcome = await changing;
        if (outcome != MembershipOutcome.Done)
        {
            return await FaultAsync("", outcome switch
            {
                MembershipOutcome.LastAdministrator => $"{member} is the last admin who can log in. Make somebody else admin first.",
                MembershipOutcome.ServiceAsAdministrator => "A service account can't be an admin.",
                _ => $"{member} is not a member any more.",
            });
        }

        Notify(done);
        // Whoever has stepped down or left may not look at this page any more.
        return SeeOther(string.Equals(member, Caller.UserName, StringComparison.OrdinalIgnoreCase) ? OrganizationLinks.Mine : OrganizationLinks.Members(Organization.Name));
    }

    private async Task<IActionResult> FaultAsync(string field, string sentence)
    {
        ModelState.AddModelError(field, sentence);
        await ReadAsync();
        return Page();
    }

    private async Task ReadAsync()
    {
        Members = await organizations.ListMembersAsync(Organization.Id, HttpContext.RequestAborted);
        Invitations = await invitations.ListAsync(Organization.Id, HttpContext.RequestAborted);
    }
}
