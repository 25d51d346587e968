using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;

namespace RepoHost.Pages.Account;

/// <summary>Ends the browser's session.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class LogoutModel : AccountPage
{
    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await Sessions.SignOutAsync();
        return SeeOther("/");
    }
}
