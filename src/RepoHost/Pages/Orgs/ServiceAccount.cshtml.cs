using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Rendering;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Orgs;

/// <summary>One machine: its role, its tokens, switching it off and its end. It is looked for within its organization, so another's is not found.</summary>
[PageAccess(RouteAccess.AdministerOrganization)]
internal sealed class ServiceAccountModel(ServiceAccounts machines, Organizations organizations, TokenIssuer issuer, TimeProvider time) : OrganizationSitePage
{
    private static readonly int[] Lifetimes = [30, 90, 365, 3650];

    [BindProperty]
    public string? Role { get; set; }

    [BindProperty]
    public string? TokenName { get; set; }

    [BindProperty]
    public string? TokenRole { get; set; }

    [BindProperty]
    public int Days { get; set; } = 90;

    public User Account { get; private set; } = null!;

    public OrganizationRole? RoleNow { get; private set; }

    public IReadOnlyList<AccessToken> Tokens { get; private set; } = [];

    /// <summary>Shown in the answer to the form that made it, and never again.</summary>
    public IssuedToken? Made { get; private set; }

    public static IEnumerable<SelectListItem> Roles => RoleItems(OrganizationRole.Write, withNone: true);

    public static IEnumerable<SelectListItem> LifetimeItems => Lifetimes.Select(d => new SelectListItem($"{d} days", $"{d}"));

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (await machines.FindAsync(Organization.Id, (string?)RouteData.Values["account"] ?? "", HttpContext.RequestAborted) is not { } account)
        {
            context.Result = Refuse(HubErrors.PageNotFound);
            return;
        }

        Account = account;
        await next();
    }

    public Task OnGetAsync() => ReadAsync();

    public async Task<IActionResult> OnPostRoleAsync()
    {
        var name = Account.UserName!;
        var outcome = RoleOf(Role) is { } role
            ? await organizations.ChangeRoleAsync(Organization.Name, name, role, HttpContext.RequestAborted)
            : await organizations.RemoveMemberAsync(Organization.Name, name, HttpContext.RequestAborted);
        if (outcome is not (MembershipOutcome.Done or MembershipOutcome.NotAMember))
            return await FaultAsync(nameof(Role), "A service account can't be an admin.");
        Notify(RoleOf(Role) is { } given ? $"{name} has the role {Word(given)} now." : $"{name} has no role now.");
        return Again();
    }

    public async Task<IActionResult> OnPostTokenAsync()
    {
        if (!TokenNames.IsValid(TokenName))
            return await FaultAsync(nameof(TokenName), TokenNames.Rule);
        if (TokenRole is not ("read" or "write"))
            return await FaultAsync(nameof(TokenRole), "Choose read or write.");
        if (!Lifetimes.Contains(Days))
            return await FaultAsync(nameof(Days), "Choose one of the lifetimes.");

        Made = await issuer.IssueAsync(Account, TokenName!, TokenRole == "write" ? Data.TokenRole.Write : Data.TokenRole.Read, TimeSpan.FromDays(Days), HttpContext.RequestAborted);
        // Nor by going back.
        Response.OnStarting(() =>
        {
            Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        ModelState.Clear();
        (TokenName, TokenRole) = (null, null);
        await ReadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostRevokeAsync(string? token)
    {
        if (await issuer.RevokeAsync(token ?? "", Account.Id, HttpContext.RequestAborted))
            Notify("The token is revoked.");
        return Again();
    }

    public async Task<IActionResult> OnPostSwitchAsync(bool disabled)
    {
        if (await machines.SwitchAsync(Organization.Id, Account.Id, disabled, HttpContext.RequestAborted))
            Notify(disabled ? $"{Account.UserName} is disabled: none of its tokens work." : $"{Account.UserName} is enabled.");
        return Again();
    }

    public async Task<IActionResult> OnPostDeleteAsync()
    {
        await machines.DeleteAsync(Account.Id, HttpContext.RequestAborted);
        Notify($"The service account {Account.UserName} is deleted.");
        return SeeOther(OrganizationLinks.Machines(Organization.Name));
    }

    /// <summary>Null for a token that works.</summary>
    public string? EndOf(AccessToken token) => token.RevokedAt is not null ? "revoked" : token.ExpiresAt <= time.GetUtcNow() ? "expired" : null;

    private IActionResult Again() => SeeOther(OrganizationLinks.Machine(Organization.Name, Account.UserName!));

    private async Task<IActionResult> FaultAsync(string field, string sentence)
    {
        ModelState.AddModelError(field, sentence);
        await ReadAsync();
        return Page();
    }

    private async Task ReadAsync()
    {
        RoleNow = await organizations.RoleOfAsync(Organization.Id, Account.Id, HttpContext.RequestAborted);
        Tokens = await issuer.ListAsync(Account.Id, HttpContext.RequestAborted);
    }
}
