using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Gating;

namespace RepoHost.Pages.Orgs;

/// <summary>An organization's profile, what its new repositories are, and its end.</summary>
[PageAccess(RouteAccess.AdministerOrganization)]
internal sealed class SettingsModel(OrganizationSettings settings, OrganizationRemoval removal, StorageLimits storage) : OrganizationSitePage
{
    public OwnerUsage Usage { get; private set; } = null!;

    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public bool PrivateByDefault { get; set; }

    /// <summary>The name, typed to delete.</summary>
    [BindProperty]
    public string? Confirm { get; set; }

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await settings.ChangeAsync(Organization.Id, new(FullName ?? "", PrivateByDefault), HttpContext.RequestAborted) is { } sentence)
        {
            ModelState.AddModelError(nameof(FullName), sentence);
            await LoadAsync();
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
            await LoadAsync();
            return Page();
        }

        var result = await removal.RemoveAsync(Organization.Id, HttpContext.RequestAborted);
        if (result.Outcome == RemoveOrganizationOutcome.OwnsRepositories)
        {
            ModelState.AddModelError(
                nameof(Confirm), $"{Organization.Name} owns {result.Repositories} {(result.Repositories == 1 ? "repository" : "repositories")}. Move or delete them first.");
            await LoadAsync();
            return Page();
        }

        Notify($"The organization {Organization.Name} is deleted.");
        return SeeOther(OrganizationLinks.Mine);
    }

    private async Task LoadAsync() =>
        Usage = await storage.OfOwnerAsync(Organization.Name, HttpContext.RequestAborted) ?? throw new InvalidOperationException("An organization has no name.");
}
