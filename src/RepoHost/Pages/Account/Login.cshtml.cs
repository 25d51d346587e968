using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Account;

/// <summary>Logging in with a password. Whatever is wrong, the answer is the same sentence: it must not tell which accounts there are.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class LoginModel(SignInManager<User> signIn) : SitePage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public bool Remember { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Next { get; set; }

    public IActionResult OnGet() => Caller.Kind == CallerKind.Person ? new SeeOtherResult(Links.Next(Next)) : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        var user = Name is null ? null
            : Name.Contains('@', StringComparison.Ordinal) ? await signIn.UserManager.FindByEmailAsync(Name) : await signIn.UserManager.FindByNameAsync(Name);
        var result = user is null || string.IsNullOrEmpty(Password)
            ? Microsoft.AspNetCore.Identity.SignInResult.Failed
            : await signIn.PasswordSignInAsync(user, Password, Remember, lockoutOnFailure: true);
        if (result.Succeeded)
            return new SeeOtherResult(Links.Next(Next));

        ModelState.AddModelError("", result.IsLockedOut
            ? "There were too many wrong passwords for this account. Wait five minutes, then try again."
            : "The name or the password is not right.");
        return Page();
    }
}
