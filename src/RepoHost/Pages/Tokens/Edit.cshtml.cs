using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Tokens;

/// <summary>Other rights for a fine-grained token. Its text stays what it is, so no program has to be told.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class EditModel(TokenIssuer issuer, TokenEntities entities) : SitePage
{
    public AccessToken Token { get; private set; } = null!;

    public RightsForm Rights { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (!await FindAsync(id))
            return Refuse(HubErrors.PageNotFound);
        var grants = (await entities.DescribeAsync(Caller.UserId!, [id], HttpContext.RequestAborted))[id];
        Rights = await RightsForm.ShowAsync(entities, Caller.UserId!, Token.CanReadGatedRepos, grants, HttpContext.RequestAborted);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id)
    {
        if (!await FindAsync(id))
            return Refuse(HubErrors.PageNotFound);
        Rights = await RightsForm.ReadAsync(entities, Caller.UserId!, Request.Form, HttpContext.RequestAborted);
        if (await Rights.FaultAsync(entities, Caller.UserId!, Request.Form, HttpContext.RequestAborted) is { } fault)
            ModelState.AddModelError(RightsForm.AddField, fault);
        if (Request.Form["do"] == "add" || !ModelState.IsValid)
            return Page();

        if (!await issuer.ChangeRightsAsync(id, Caller.UserId!, Rights.Grant, HttpContext.RequestAborted))
            return Refuse(HubErrors.PageNotFound);
        Notify($"The rights of {Token.Name} are changed. They hold from the next request on.");
        return SeeOther("/settings/tokens");
    }

    private async Task<bool> FindAsync(string id)
    {
        if (await issuer.FindAsync(id, Caller.UserId!, HttpContext.RequestAborted) is not { Role: TokenRole.FineGrained, RevokedAt: null } found)
            return false;
        Token = found;
        return true;
    }
}
