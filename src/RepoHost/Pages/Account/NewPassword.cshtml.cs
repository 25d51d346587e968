using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>A new password for whoever got the mailed link. The link's secret is the route value that logs leave out.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class NewPasswordModel(MailedLinks links, UserAccounts accounts, ExternalLogins logins, AccountMails mails) : AccountPage
{
    private static readonly MailedLinkPurpose[] Purposes = [MailedLinkPurpose.ResetPassword, MailedLinkPurpose.FirstPassword];

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public bool EndTokens { get; set; }

    /// <summary>Null when the link has ended.</summary>
    public string? UserName { get; private set; }

    /// <summary>Somebody else may have made the account, so their tokens and external logins end (<see cref="Credentials.SetPasswordAsync"/>).</summary>
    public bool MayBeOfAnother { get; private set; }

    public async Task OnGetAsync(string link) => await ShowAsync(links.ReadOrNull(link, Purposes));

    public async Task<IActionResult> OnPostAsync(string link)
    {
        var read = links.ReadOrNull(link, Purposes);
        await ShowAsync(read);
        if (read is null || UserName is null)
            return Page();
        if (!UserAccounts.IsPassword(Password ?? ""))
        {
            ModelState.AddModelError("password", UserAccounts.PasswordRule);
            return Page();
        }

        if (await mails.SetPasswordAsync(new(read.UserId, Password!) { ByLink = read, EndTokens = EndTokens }, Aborted) is null)
        {
            UserName = null;
            return Page();
        }

        Notify(EndTokens || MayBeOfAnother
            ? "Your new password is set, and all sessions and access tokens have ended. Log in with it."
            : "Your new password is set, and all sessions have ended. Log in with it.");
        return SeeOther("/login");
    }

    private async Task ShowAsync(MailedLink? link)
    {
        var user = await FindAsync(link);
        UserName = user?.UserName;
        MayBeOfAnother = user is { EmailConfirmed: false } && (user.PasswordHash is not null || await logins.IsConnectedAsync(user.Id, Aborted));
    }

    /// <summary>For the page only; whether the link still holds is decided with the change itself.</summary>
    private async Task<User?> FindAsync(MailedLink? link) =>
        link is not null && await accounts.FindByIdAsync(link.UserId, Aborted) is { Disabled: false } user && user.SecurityStamp == link.SecurityStamp && user.Email == link.Email ? user : null;
}
