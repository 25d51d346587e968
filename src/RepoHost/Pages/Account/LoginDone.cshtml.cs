using RepoHost.Gating;

namespace RepoHost.Pages.Account;

/// <summary>Where a login ends that was made in a tab of its own, because the other tab holds something that is not sent yet.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class LoginDoneModel : AccountPage
{
    public void OnGet()
    {
    }
}
