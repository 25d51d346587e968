using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>
/// The link in the mail that proves an address. It takes both, the mail and the account: whoever reads mail at an address that a stranger has given for theirs can't be
/// talked into proving it for them.
/// </summary>
[PageAccess(RouteAccess.Person)]
internal sealed class ConfirmMailModel(MailedLinks links, UserAccounts accounts, Credentials credentials, AccountMails mails) : AccountPage
{
    /// <summary>Where the person wanted to go when the link was sent.</summary>
    [FromQuery]
    public string? Next { get; set; }

    /// <summary>Null when the link has ended.</summary>
    public string? Address { get; private set; }

    public bool OfAnother { get; private set; }

    public Task OnGetAsync(string link) => ReadAsync(link);

    public async Task<IActionResult> OnPostAsync(string link)
    {
        if (await ReadAsync(link) is not { } read || Address is null)
            return Page();
        switch (read.Purpose == MailedLinkPurpose.ConfirmEmail ? await ConfirmAsync(read) : await mails.SetEmailAsync(read, Aborted))
        {
            case ChangeEmailOutcome.Changed:
                Notify($"{Address} is your mail address.");
                return Next is null ? SeeOther("/settings/profile") : new SeeOtherResult(Links.Next(Next));
            case ChangeEmailOutcome.Taken:
                ModelState.AddModelError("", UserAccounts.EmailTaken);
                return Page();
            default:
                Address = null;
                return Page();
        }
    }

    private async Task<ChangeEmailOutcome> ConfirmAsync(MailedLink link) =>
        await credentials.ConfirmEmailAsync(link, Aborted) ? ChangeEmailOutcome.Changed : ChangeEmailOutcome.LinkEnded;

    private async Task<MailedLink?> ReadAsync(string text)
    {
        if (links.ReadOrNull(text, MailedLinkPurpose.ConfirmEmail, MailedLinkPurpose.ChangeEmail) is not { } link)
            return null;
        OfAnother = link.UserId != Caller.UserId;
        if (OfAnother || await accounts.FindByIdAsync(link.UserId, Aborted) is not { } person || person.Email != link.Email)
            return null;
        if (link.Purpose == MailedLinkPurpose.ChangeEmail && person.SecurityStamp != link.SecurityStamp)
            return null;
        Address = link.Purpose == MailedLinkPurpose.ChangeEmail ? link.NewEmail : link.Email;
        return link;
    }
}
