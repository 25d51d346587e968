using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Account;

/// <summary>Ends the browser's session.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class LogoutModel(SignInManager<User> signIn) : SitePage
{
    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync();
        return SeeOther("/");
    }
}
