using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;

namespace RepoHost.Pages.Orgs;

/// <summary>Makes an organization, which whoever makes it administers.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class NewModel(Organizations organizations) : SitePage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? FullName { get; set; }

    public bool Allowed => organizations.MayCreate(Caller);

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var result = await organizations.CreateAsync(Caller, Name ?? "", FullName, HttpContext.RequestAborted);
        if (result.Organization is { } made)
        {
            Notify($"The organization {made.Name} is there. Invite the people who belong to it.");
            return SeeOther(OrganizationLinks.Members(made.Name));
        }

        var field = result.Outcome switch
        {
            AddOrganizationOutcome.BadName or AddOrganizationOutcome.NameTaken => nameof(Name),
            AddOrganizationOutcome.BadFullName => nameof(FullName),
            _ => "",
        };
        ModelState.AddModelError(field, result.Message);
        return Page();
    }
}
