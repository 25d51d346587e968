using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Orgs;

/// <summary>One machine: its role, its tokens, switching it off and its end.</summary>
[PageAccess(RouteAccess.AdministerOrganization)]
internal sealed class ServiceAccountModel(ServiceAccounts machines, Organizations organizations, TokenIssuer issuer, TokenEntities entities, TimeProvider time) : ServiceAccountSitePage(machines)
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

    public OrganizationRole? RoleNow { get; private set; }

    public IReadOnlyList<AccessToken> Tokens { get; private set; } = [];

    /// <summary>What the fine-grained ones may do, by their ids.</summary>
    public ILookup<string, ScopeGrant> Rights { get; private set; } = null!;

    /// <summary>Shown in the answer to the form that made it, and never again.</summary>
    public IssuedToken? Made { get; private set; }

    public static IEnumerable<SelectListItem> Roles => RoleItems(OrganizationRole.Write, withNone: true);

    public static IEnumerable<SelectListItem> LifetimeItems => Lifetimes.Select(d => new SelectListItem($"{d} days", $"{d}"));

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
        if (TokenRole is not ("read" or "write" or "fineGrained"))
            return await FaultAsync(nameof(TokenRole), "Choose one of the kinds.");
        if (!Lifetimes.Contains(Days))
            return await FaultAsync(nameof(Days), "Choose one of the lifetimes.");

        var lifetime = TimeSpan.FromDays(Days);
        // A fine-grained one begins with nothing: its rights have a page of their own.
        Made = TokenRole == "fineGrained"
            ? await issuer.IssueAsync(Account, TokenName!, TokenGrant.Nothing, lifetime, HttpContext.RequestAborted)
            : await issuer.IssueAsync(Account, TokenName!, TokenRole == "write" ? Data.TokenRole.Write : Data.TokenRole.Read, lifetime, HttpContext.RequestAborted);
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
        if (await Machines.SwitchAsync(Organization.Id, Account.Id, disabled, HttpContext.RequestAborted))
            Notify(disabled ? $"{Account.UserName} is disabled: none of its tokens work." : $"{Account.UserName} is enabled.");
        return Again();
    }

    public async Task<IActionResult> OnPostDeleteAsync()
    {
        await Machines.DeleteAsync(Account.Id, HttpContext.RequestAborted);
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
        Rights = await entities.DescribeAsync(Account.Id, [.. Tokens.Where(t => t.Role == Data.TokenRole.FineGrained).Select(t => t.Id)], HttpContext.RequestAborted);
    }
}
