using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;

namespace RepoHost.Pages.Account;

/// <summary>
/// Gives an account a login of the external issuer. The password is asked once more: otherwise somebody who had made this browser log in to the issuer as
/// themselves would only need a click of its owner to get the account.
/// </summary>
[PageAccess(RouteAccess.Person)]
internal sealed class ConnectModel(ExternalLogins logins, PasswordCheck passwords) : AccountPage
{
    [BindProperty]
    public string? Password { get; set; }

    public ExternalIdentity? Identity { get; private set; }

    public async Task<IActionResult> OnGetAsync() => await ReadAsync() ? Page() : SeeOther("/settings/password");

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await ReadAsync())
            return SeeOther("/settings/password");
        if (!TryBegin())
            return TooMany();
        if (!await passwords.IsRightAsync(Caller.UserId!, Password ?? "", Aborted))
        {
            ModelState.AddModelError("password", WrongPassword);
            return Page();
        }

        TakeBack();
        var outcome = await logins.ConnectAsync(Caller.UserId!, Identity!, Aborted);
        await HttpContext.SignOutAsync(Schemes.ExternalIdentity);
        Notify(outcome switch
        {
            ConnectOutcome.Connected => $"You can log in with {logins.Label} from now on.",
            ConnectOutcome.OfAnother => $"Nothing was changed: another account is connected with this login of {logins.Label}.",
            _ => $"Nothing was changed: your account is connected with another login of {logins.Label}. Disconnect that first.",
        });
        return SeeOther("/settings/password");
    }

    private async Task<bool> ReadAsync()
    {
        Identity = ExternalIdentity.ReadOrNull((await HttpContext.AuthenticateAsync(Schemes.ExternalIdentity)).Principal);
        return logins.IsConfigured && Identity is not null;
    }
}
