using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>The first start of an empty server: whoever reads its log makes the first administrator. Afterwards there is no such page.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class SetupModel(FirstAdministrator setup, AccountMails mails) : AccountPage
{
    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public async Task<IActionResult> OnGetAsync() => await setup.IsOpenAsync(Aborted) ? Page() : Refuse(HubErrors.PageNotFound);

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await setup.IsOpenAsync(Aborted))
            return Refuse(HubErrors.PageNotFound);
        if (!TryBegin())
            return TooMany();
        if (!await setup.IsCodeAsync(Code ?? "", Aborted))
        {
            ModelState.AddModelError("code", "This is not the code of the server's last start.");
            return Page();
        }

        TakeBack();
        var wish = new NewUser(Name?.Trim() ?? "", Email?.Trim() ?? "", FullName, Password ?? "") { Alongside = mails.WelcomeAsync };
        var added = await setup.AddAsync(wish, Aborted);
        if (added.User is not { } user)
        {
            AddErrors(wish, added);
            return Page();
        }

        mails.Saved();
        await Sessions.SignInAsync(user, isPersistent: false, nameof(SessionStart.NewAccount));
        Notify($"Welcome, {user.UserName}. You administer this server now. Everybody's accounts are under Administration, in the menu with your name."
            + (mails.ReachPeople ? $" We have written to {user.Email}: open the link in that mail to confirm the address." : ""));
        return SeeOther("/");
    }
}
