using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>A new password for whoever got the mailed link. The link's secret is the route value that logs leave out.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class NewPasswordModel(MailedLinks links, UserAccounts accounts, AccountMails mails) : AccountPage
{
    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public bool EndTokens { get; set; }

    /// <summary>Null when the link has ended.</summary>
    public string? UserName { get; private set; }

    public async Task OnGetAsync(string link) => UserName = (await FindAsync(links.ReadOrNull(link, MailedLinkPurpose.ResetPassword)))?.UserName;

    public async Task<IActionResult> OnPostAsync(string link)
    {
        var read = links.ReadOrNull(link, MailedLinkPurpose.ResetPassword);
        UserName = (await FindAsync(read))?.UserName;
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

        Notify("Your new password is set, and all sessions have ended. Log in with it.");
        return SeeOther("/login");
    }

    /// <summary>For the page only; whether the link still holds is decided with the change itself.</summary>
    private async Task<User?> FindAsync(MailedLink? link) =>
        link is not null && await accounts.FindByIdAsync(link.UserId, Aborted) is { Disabled: false } user && user.SecurityStamp == link.SecurityStamp && user.Email == link.Email ? user : null;
}
