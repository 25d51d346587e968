using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Listing;

/// <summary>All models, datasets or spaces that the caller may see, narrowed by name and by what their cards say.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class RepositoriesModel(RepositoryLists lists) : SitePage
{
    private const int PageSize = 30;

    /// <summary>Which list, from the address.</summary>
    [BindProperty(SupportsGet = true)]
    public string Types { get; set; } = "";

    public RepositoryType Type { get; private set; }

    public ListingQuery Asked { get; private set; } = new();

    public IReadOnlyList<ListedRepository> Found { get; private set; } = [];

    /// <summary>The next page; null on the last.</summary>
    public ListingQuery? Next { get; private set; }

    public async Task OnGetAsync()
    {
        Type = Enum.GetValues<RepositoryType>().First(t => string.Equals(t.Plural(), Types, StringComparison.OrdinalIgnoreCase));
        Asked = ListingQuery.Read(Request.Query);
        var page = await lists.FindAsync(Asked.Ask(Type, Caller, PageSize), HttpContext.RequestAborted);
        Found = page.Items;
        Next = page.Next is { } cursor ? Asked with { Cursor = cursor } : null;
    }
}
