using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>Back from the external issuer, who has said who somebody is. Whoever has an account is logged in; whoever may have one chooses a user name.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class ExternalLoginModel(ExternalLogins logins, UserAccounts accounts, AccountMails mails) : AccountPage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Next { get; set; }

    public ExternalStanding Standing { get; private set; }

    public ExternalIdentity? Identity { get; private set; }

    /// <summary>The issuer has proved the address, so there is nothing to ask.</summary>
    public bool AddressIsGiven => Identity is { EmailVerified: true, Email: not null };

    public async Task<IActionResult> OnGetAsync() => await ReadAsync() ?? Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await ReadAsync() is { } answered)
            return answered;
        if (Standing != ExternalStanding.MayJoin)
            return Page();
        if (!TryBegin())
            return TooMany();

        var email = AddressIsGiven ? Identity!.Email! : Email?.Trim() ?? "";
        var wish = new NewUser(Name?.Trim() ?? "", email, FullName, null)
        {
            EmailConfirmed = AddressIsGiven,
            Login = Identity,
            Alongside = (db, user) => mails.WelcomeAsync(db, user, Next is null ? null : Links.Next(Next)),
        };
        var added = await accounts.AddAsync(wish, Aborted);
        if (added.User is not { } user)
        {
            AddErrors(wish, added);
            return Page();
        }

        mails.Saved();
        await HttpContext.SignOutAsync(Schemes.ExternalIdentity);
        await Sessions.SignInAsync(user, isPersistent: false, nameof(SessionStart.ExternalIssuer));
        Notify(user.EmailConfirmed ? $"Welcome, {user.UserName}."
            : mails.ReachPeople ? $"Welcome, {user.UserName}. We have written to {user.Email}: open the link in that mail to confirm the address."
            : $"Welcome, {user.UserName}. {MailReach.NoMail} An administrator can confirm that {user.Email} is yours.");
        return new SeeOtherResult(Links.Next(Next));
    }

    /// <returns>The answer, when there is nothing to show.</returns>
    private async Task<IActionResult?> ReadAsync()
    {
        if (!logins.IsConfigured)
            return Refuse(HubErrors.PageNotFound);
        var ticket = await HttpContext.AuthenticateAsync(Schemes.ExternalIdentity);
        Identity = ExternalIdentity.ReadOrNull(ticket.Principal);
        if (Identity is null)
            return SeeOther(ticket.Succeeded ? "/login?external=failed" : "/login?external=expired");

        var match = await logins.FindAsync(Identity, Aborted);
        Standing = match.Standing;
        if (match.User is not { } user)
            return null;
        await HttpContext.SignOutAsync(Schemes.ExternalIdentity);
        await Sessions.SignInAsync(user, isPersistent: false, nameof(SessionStart.ExternalIssuer));
        return new SeeOtherResult(Links.Next(Next));
    }
}
