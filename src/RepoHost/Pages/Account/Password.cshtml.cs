using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>How a person logs in: their password, and the login of the external issuer.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class PasswordModel(UserAccounts accounts, PasswordCheck passwords, ExternalLogins logins, AccountMails mails) : AccountPage
{
    [BindProperty]
    public string? Current { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public bool EndTokens { get; set; }

    public bool HasPassword { get; private set; }

    public bool IsConnected { get; private set; }

    public Task OnGetAsync() => ReadAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        await ReadAsync();
        if (!HasPassword)
            return Page();
        if (!UserAccounts.IsPassword(Password ?? ""))
            ModelState.AddModelError("password", UserAccounts.PasswordRule);
        if (!TryBegin())
            return TooMany();
        if (!await passwords.IsRightAsync(Caller.UserId!, Current ?? "", Aborted))
            ModelState.AddModelError("current", WrongPassword);
        else
            TakeBack();
        if (!ModelState.IsValid)
            return Page();

        if (await mails.SetPasswordAsync(new(Caller.UserId!, Password!) { EndTokens = EndTokens }, Aborted) is { } user)
        {
            // All sessions have ended; this one begins anew, for as long as it would have lasted.
            await Sessions.RefreshSignInAsync(user);
            Notify("Your password is changed. All other sessions have ended.");
        }

        return SeeOther("/settings/password");
    }

    public async Task<IActionResult> OnPostDisconnectAsync()
    {
        if (await logins.DisconnectAsync(Caller.UserId!, Aborted))
            Notify($"{logins.Label} is disconnected. Log in with your password from now on.");
        return SeeOther("/settings/password");
    }

    private async Task ReadAsync()
    {
        HasPassword = (await accounts.FindByIdAsync(Caller.UserId!, Aborted))?.PasswordHash is not null;
        IsConnected = logins.IsConfigured && await logins.IsConnectedAsync(Caller.UserId!, Aborted);
    }
}
