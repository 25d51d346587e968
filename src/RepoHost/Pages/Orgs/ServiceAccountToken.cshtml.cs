using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Pages.Tokens;

namespace RepoHost.Pages.Orgs;

/// <summary>What a fine-grained token of a machine may do, as <see cref="EditModel"/> is for people: a machine never sees a page, so its organization's admins say it.</summary>
[PageAccess(RouteAccess.AdministerOrganization)]
internal sealed class ServiceAccountTokenModel(ServiceAccounts machines, TokenIssuer issuer, TokenEntities entities) : ServiceAccountSitePage(machines)
{
    public AccessToken Token { get; private set; } = null!;

    public RightsForm Rights { get; private set; } = null!;

    private CancellationToken Aborted => HttpContext.RequestAborted;

    public async Task<IActionResult> OnGetAsync(string token)
    {
        if (!await FindAsync(token))
            return Refuse(HubErrors.PageNotFound);
        var grants = (await entities.DescribeAsync(Account.Id, [token], Aborted))[token];
        Rights = await RightsForm.ShowAsync(entities, Account.Id, Token.CanReadGatedRepos, grants, Aborted, Account.UserName);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string token)
    {
        if (!await FindAsync(token))
            return Refuse(HubErrors.PageNotFound);
        Rights = await RightsForm.ReadAsync(entities, Account.Id, Request.Form, Aborted, Account.UserName);
        if (await Rights.FaultAsync(entities, Account.Id, Request.Form, Aborted) is { } fault)
            ModelState.AddModelError(RightsForm.AddField, fault);
        if (Request.Form["do"] == "add" || !ModelState.IsValid)
            return Page();

        if (!await issuer.ChangeRightsAsync(token, Account.Id, Rights.Grant, Aborted))
            return Refuse(HubErrors.PageNotFound);
        Notify($"The rights of {Token.Name} are changed. They hold from the next request on.");
        return SeeOther(OrganizationLinks.Machine(Organization.Name, Account.UserName!));
    }

    /// <summary>Within its machine: another's token is not found.</summary>
    private async Task<bool> FindAsync(string token)
    {
        if (await issuer.FindAsync(token, Account.Id, Aborted) is not { Role: TokenRole.FineGrained, RevokedAt: null } found)
            return false;
        Token = found;
        return true;
    }
}
