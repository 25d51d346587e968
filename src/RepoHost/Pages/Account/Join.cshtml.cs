using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>Making an account for oneself; where mail domains are limited, only asking for the link to do so.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class JoinModel(JoinRules joins, UserAccounts accounts, AccountMails mails) : AccountPage
{
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMilliseconds(400);

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Next { get; set; }

    public bool SendsMail => mails.ReachPeople;

    /// <summary>The address that a mail went to.</summary>
    public string? Sent { get; private set; }

    public IActionResult OnGet() => Caller.Kind == CallerKind.Person ? new SeeOtherResult(Links.Next(Next)) : Page();

    public Task<IActionResult> OnPostAsync()
    {
        if (!joins.IsOpen)
            return Task.FromResult(Refuse(HubErrors.JoiningIsOff));
        return joins.ProvesAddressFirst ? SendLinkAsync() : JoinAsync();
    }

    private async Task<IActionResult> JoinAsync()
    {
        if (!TryBegin())
            return TooMany();
        var wish = new NewUser(Name?.Trim() ?? "", Email?.Trim() ?? "", FullName, Password ?? "")
        {
            Alongside = (db, user) => mails.WelcomeAsync(db, user, Next is null ? null : Links.Next(Next)),
        };
        var added = await accounts.AddAsync(wish, Aborted);
        if (added.User is not { } user)
        {
            AddErrors(wish, added);
            return Page();
        }

        mails.Saved();
        await Sessions.SignInAsync(user, isPersistent: false, nameof(SessionStart.NewAccount));
        Notify(SendsMail
            ? $"Welcome, {user.UserName}. We have written to {user.Email}: open the link in that mail to confirm the address."
            : $"Welcome, {user.UserName}. {MailReach.NoMail} An administrator can confirm that {user.Email} is yours.");
        return new SeeOtherResult(Links.Next(Next));
    }

    /// <summary>Whether the address has an account only its owner hears.</summary>
    private async Task<IActionResult> SendLinkAsync()
    {
        var email = Email?.Trim() ?? "";
        if (!UserAccounts.IsEmail(email))
            ModelState.AddModelError("email", UserAccounts.EmailRule);
        else if (!joins.Allows(email))
            ModelState.AddModelError("email", joins.DomainRule);
        if (!ModelState.IsValid)
            return Page();
        if (!TryBegin())
            return TooMany();

        var start = TimeProvider.System.GetTimestamp();
        await mails.InviteAsync(email, Next is null ? null : Links.Next(Next), Aborted);
        await EvenTime.RestAsync(start, AnswerTakes, Aborted);
        Sent = email;
        return Page();
    }
}
