using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Owners;

/// <summary>The page of a person or an organization: who it is, and its repositories that the caller may see. Who is in an organization is for those who are logged in.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class OwnerModel(Profiles profiles, RepositoryLists lists) : SitePage
{
    private const int MostOfAType = 12;

    [BindProperty(SupportsGet = true)]
    public string Namespace { get; set; } = "";

    public Profile Shown { get; private set; } = null!;

    public bool IsOrganization => Shown.OrganizationId is not null;

    public bool IsOwn => Shown.UserId is not null && Shown.UserId == Caller.UserId;

    public bool MayAdminister => Caller.TokenRole is null && Shown.ViewerRole == OrganizationRole.Admin;

    public bool MayCreate => Caller.TokenRole is null && (IsOwn || Shown.ViewerRole >= OrganizationRole.Contributor);

    /// <summary>Each type that there is something of, and whether there is more.</summary>
    public IReadOnlyList<(RepositoryType Type, ListedPage Page)> Repositories { get; private set; } = [];

    /// <summary>The members of an organization, or the organizations of a person; null to whoever is not logged in.</summary>
    public IReadOnlyList<ProfileLink>? People { get; private set; }

    public int PeopleCount { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        var cancellation = HttpContext.RequestAborted;
        if (await profiles.FindAsync(Namespace, Caller.UserId, cancellation) is not { } profile)
            return Refuse(HubErrors.PageNotFound);
        if (profile.Name != Namespace)
            return new RedirectResult(Links.Account(profile.Name), permanent: false, preserveMethod: true);

        Shown = profile;
        var found = new List<(RepositoryType, ListedPage)>();
        foreach (var type in Enum.GetValues<RepositoryType>())
        {
            var page = await lists.FindAsync(RepositoryQuery.By(type, Caller) with { Author = profile.Name, Limit = MostOfAType }, cancellation);
            if (page.Items.Count > 0)
                found.Add((type, page));
        }

        Repositories = found;
        if (Caller.Kind == CallerKind.Person)
            await FindPeopleAsync(cancellation);
        return Page();
    }

    private async Task FindPeopleAsync(CancellationToken cancellationToken)
    {
        if (Shown.OrganizationId is { } organization)
        {
            (People, PeopleCount) = await profiles.MembersAsync(organization, cancellationToken);
        }
        else
        {
            People = await profiles.OrganizationsAsync(Shown.UserId!, cancellationToken);
            PeopleCount = People.Count;
        }
    }
}
