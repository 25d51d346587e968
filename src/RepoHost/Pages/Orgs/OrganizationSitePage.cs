using Microsoft.AspNetCore.Mvc.Rendering;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Orgs;

/// <summary>What every page about one organization starts from. Whoever may not open it was turned away before: the access that it declares names the organization.</summary>
internal abstract class OrganizationSitePage : SitePage
{
    public Organization Organization => HttpContext.Organization().Organization;

    /// <summary>Rows of a list of roles.</summary>
    protected static IEnumerable<SelectListItem> RoleItems(OrganizationRole most, bool withNone = false) =>
        Enum.GetValues<OrganizationRole>().Where(r => r <= most).Select(r => new SelectListItem(Word(r), Word(r))).Prepend(withNone ? new SelectListItem("none", "") : null).OfType<SelectListItem>();

    public static string Word(OrganizationRole role) => role.ToString().ToLowerInvariant();

    /// <summary>Null for a word that is no role: what a form's list offers was not what came.</summary>
    protected static OrganizationRole? RoleOf(string? word) =>
        Enum.GetValues<OrganizationRole>().Cast<OrganizationRole?>().FirstOrDefault(r => Word(r!.Value) == word);
}
