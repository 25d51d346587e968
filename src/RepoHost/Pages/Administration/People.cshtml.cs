using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;

namespace RepoHost.Pages.Administration;

/// <summary>Everybody with an account, by name.</summary>
[PageAccess(RouteAccess.ManagePeople)]
internal sealed class PeopleModel(PeopleList people) : SitePage
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public PeoplePage Found { get; private set; } = new([], null);

    public async Task OnGetAsync() => Found = await people.ReadAsync(Bounded(Search), Bounded(After), PageSize, HttpContext.RequestAborted);

    private static string? Bounded(string? text) => text is { Length: <= 254 } ? text : null;
}
