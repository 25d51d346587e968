using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Account;

/// <summary>Making an account with the address that the link was mailed to. The link's secret is the route value that logs leave out.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class JoinByMailModel(JoinRules joins, UserAccounts accounts, MailedLinks links) : AccountPage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Next { get; set; }

    /// <summary>Null when the link has ended.</summary>
    public string? Email { get; private set; }

    public void OnGet(string link) => Read(link);

    public async Task<IActionResult> OnPostAsync(string link)
    {
        Read(link);
        if (Email is not { } email)
            return Page();
        if (!TryBegin())
            return TooMany();

        var wish = new NewUser(Name?.Trim() ?? "", email, FullName, Password ?? "") { EmailConfirmed = true };
        var added = await accounts.AddAsync(wish, Aborted);
        if (added.User is not { } user)
        {
            // The link has been used, or the person has joined in another way meanwhile.
            if (added.Outcome == AddUserOutcome.EmailTaken)
                Email = null;
            else
                AddErrors(wish, added);
            return Page();
        }

        await Sessions.SignInAsync(user, isPersistent: false, nameof(SessionStart.NewAccount));
        Notify($"Welcome, {user.UserName}.");
        return new SeeOtherResult(Links.Next(Next));
    }

    /// <summary>The operator may have narrowed the rules since the mail.</summary>
    private void Read(string link) =>
        Email = joins.IsOpen && links.ReadOrNull(link, MailedLinkPurpose.Join) is { } read && joins.Allows(read.Email) ? read.Email : null;
}
