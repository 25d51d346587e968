using RepoHost.Gating;

namespace RepoHost.Pages;

/// <summary>The home page.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class IndexModel : SitePage
{
    public void OnGet()
    {
    }
}
