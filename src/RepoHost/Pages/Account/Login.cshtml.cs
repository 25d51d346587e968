using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Account;

/// <summary>Logging in with a password. Whatever is wrong, the answer is the same sentence: it must not tell which accounts there are.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class LoginModel(PasswordCheck passwords, ExternalLogins logins) : AccountPage
{
    private static readonly string NotRight =
        $"The name or the password is not right. After {PasswordCheck.Tries} wrong passwords an account takes none for {PasswordCheck.Pause.TotalMinutes:0} minutes.";

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public bool Remember { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Next { get; set; }

    /// <summary>How a login by the external issuer ended, when it did not end well.</summary>
    [FromQuery]
    public string? External { get; set; }

    public string? ExternalProblem => (logins.IsConfigured, External) switch
    {
        (true, "denied") => $"{logins.Label} did not let you in, or you went back.",
        (true, "failed") => $"Logging in with {logins.Label} did not work. Try again; if it goes on, tell the operator of this server.",
        (true, "unreachable") => $"{logins.Label} does not answer. Try again in a moment.",
        (true, "expired") => $"That took too long. Log in with {logins.Label} once more.",
        _ => null,
    };

    public IActionResult OnGet() => Caller.Kind == CallerKind.Person ? new SeeOtherResult(Links.Next(Next)) : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (string.IsNullOrWhiteSpace(Name))
            ModelState.AddModelError("name", "Enter your user name or mail address.");
        if (string.IsNullOrEmpty(Password))
            ModelState.AddModelError("password", "Enter your password.");
        if (!ModelState.IsValid)
            return Page();
        if (!TryBegin())
            return TooMany();

        if (await passwords.FindAsync(Name!.Trim(), Password!, Client, Aborted) is { } user)
        {
            TakeBack();
            await Sessions.SignInAsync(user, Remember, nameof(SessionStart.Password));
            return new SeeOtherResult(Links.Next(Next));
        }

        ModelState.AddModelError("", NotRight);
        return Page();
    }
}
