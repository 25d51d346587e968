using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>What people read about a person, and where mails to them go.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class ProfileModel(UserAccounts accounts, Credentials credentials, PasswordCheck passwords, JoinRules joins, AccountMails mails) : AccountPage
{
    private const string Path = "/settings/profile";

    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Where the link to confirm the address was asked for, and where that link leads in the end.</summary>
    [BindProperty]
    public string? Next { get; set; }

    public User? Person { get; private set; }

    public bool SendsMail => mails.ReachPeople;

    public Task<IActionResult> OnGetAsync() => ShowAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await credentials.SetFullNameAsync(Caller.UserId!, FullName, Aborted))
        {
            Notify("Your profile is saved.");
            return SeeOther(Path);
        }

        ModelState.AddModelError("fullname", AccountNames.FullNameRule);
        return await ShowAsync();
    }

    public async Task<IActionResult> OnPostConfirmAsync()
    {
        if (await accounts.FindByIdAsync(Caller.UserId!, Aborted) is { EmailConfirmed: false, Email: not null } person)
        {
            if (!TryBegin())
                return TooMany();
            await mails.ConfirmAsync(person, Next is null ? null : Links.Next(Next), Aborted);
            Notify(SendsMail
                ? $"We have written to {person.Email}. Open the link in that mail within a day."
                : $"{MailReach.NoMail} Ask an administrator to confirm that {person.Email} is yours.");
        }

        return Next is null ? SeeOther(Path) : new SeeOtherResult(Links.Next(Next));
    }

    public async Task<IActionResult> OnPostMailAsync()
    {
        if (await accounts.FindByIdAsync(Caller.UserId!, Aborted) is not { } person)
            return SeeOther(Path);
        var email = Email?.Trim() ?? "";
        if (!UserAccounts.IsEmail(email))
            ModelState.AddModelError("email", UserAccounts.EmailRule);
        else if (!joins.Allows(email))
            ModelState.AddModelError("email", joins.DomainRule);
        else if (email == person.Email)
            ModelState.AddModelError("email", "This is your mail address already.");
        if (!TryBegin())
            return TooMany();
        if (!await passwords.IsRightAsync(person.Id, Password ?? "", Aborted))
            ModelState.AddModelError("password", WrongPassword);
        // Only for who has shown that it is their account, and with each try counted: the answer tells that an address has an account.
        else if (ModelState.IsValid && await credentials.FindByEmailAsync(email, Aborted) is { } holder && holder.Id != person.Id)
            ModelState.AddModelError("email", UserAccounts.EmailTaken);
        if (!ModelState.IsValid)
            return await ShowAsync();

        await mails.ChangeEmailAsync(person, email, Aborted);
        Notify(SendsMail
            ? $"We have written to {email}. Open the link in that mail within a day; until then your address stays as it is."
            : $"{MailReach.NoMail} The link for {email} lies in a file on the server, and your address stays as it is until you open it. Ask the operator to pass it on within a day.");
        return SeeOther(Path);
    }

    private async Task<IActionResult> ShowAsync()
    {
        Person = await accounts.FindByIdAsync(Caller.UserId!, Aborted);
        return Person is null ? SeeOther("/") : Page();
    }
}
