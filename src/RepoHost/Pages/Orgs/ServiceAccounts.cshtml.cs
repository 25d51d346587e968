using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Orgs;

/// <summary>The machines that an organization answers for.</summary>
[PageAccess(RouteAccess.AdministerOrganization)]
internal sealed class ServiceAccountsModel(ServiceAccounts machines) : OrganizationSitePage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public string? Role { get; set; }

    public IReadOnlyList<ServiceAccount> Accounts { get; private set; } = [];

    public static IEnumerable<SelectListItem> Roles => RoleItems(OrganizationRole.Write, withNone: true);

    public async Task OnGetAsync() => Accounts = await machines.ListAsync(Organization.Id, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync()
    {
        var result = await machines.AddAsync(Organization.Name, Name ?? "", FullName, RoleOf(Role), HttpContext.RequestAborted);
        if (result.Account is { } account)
        {
            Notify($"The service account {account.UserName} is there. It needs a token to do anything.");
            return SeeOther(OrganizationLinks.Machine(Organization.Name, account.UserName!));
        }

        ModelState.AddModelError(AccountNames.IsFullName(FullName) ? nameof(Name) : nameof(FullName), result.Message);
        await OnGetAsync();
        return Page();
    }
}
