using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;

namespace RepoHost.Pages.Orgs;

/// <summary>An organization's profile, what its new repositories are, and its end.</summary>
[PageAccess(RouteAccess.AdministerOrganization)]
internal sealed class SettingsModel(OrganizationSettings settings, OrganizationRemoval removal) : OrganizationSitePage
{
    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public bool PrivateByDefault { get; set; }

    /// <summary>The name, typed to delete.</summary>
    [BindProperty]
    public string? Confirm { get; set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await settings.ChangeAsync(Organization.Id, new(FullName ?? "", PrivateByDefault), HttpContext.RequestAborted) is { } sentence)
        {
            ModelState.AddModelError(nameof(FullName), sentence);
            return Page();
        }

        Notify("The settings are changed.");
        return SeeOther(OrganizationLinks.Settings(Organization.Name));
    }

    public async Task<IActionResult> OnPostDeleteAsync()
    {
        if (!string.Equals(Confirm?.Trim(), Organization.Name, StringComparison.Ordinal))
        {
            ModelState.AddModelError(nameof(Confirm), $"Type {Organization.Name} to delete it.");
            return Page();
        }

        var result = await removal.RemoveAsync(Organization.Id, HttpContext.RequestAborted);
        if (result.Outcome == RemoveOrganizationOutcome.OwnsRepositories)
        {
            ModelState.AddModelError(
                nameof(Confirm), $"{Organization.Name} owns {result.Repositories} {(result.Repositories == 1 ? "repository" : "repositories")}. Move or delete them first.");
            return Page();
        }

        Notify($"The organization {Organization.Name} is deleted.");
        return SeeOther(OrganizationLinks.Mine);
    }
}
