using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Persons;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Pages.Administration;

/// <summary>One person, and what an administrator may do to their account. Nobody locks themselves out here.</summary>
[PageAccess(RouteAccess.ManagePeople)]
internal sealed partial class PersonModel(
    PeopleList people,
    UserAccounts users,
    Organizations organizations,
    PersonRemoval removal,
    AccountMails mails,
    BrowserSessions sessions,
    StorageLimits storage,
    ILogger<PersonModel> logger) : SitePage
{
    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    /// <summary>The name, typed to delete.</summary>
    [BindProperty]
    public string? Confirm { get; set; }

    [BindProperty]
    public bool WithRepositories { get; set; }

    public ListedPerson Person { get; private set; } = null!;

    public OwnerUsage Usage { get; private set; } = null!;

    public IReadOnlyList<Membership> Memberships { get; private set; } = [];

    /// <summary>Would be without an admin who can sign in.</summary>
    public IReadOnlyList<string> Orphans { get; private set; } = [];

    /// <summary>In how many browsers they are logged in.</summary>
    public int Sessions { get; private set; }

    public bool IsSelf => Person.Id == Caller.UserId;

    private CancellationToken Aborted => HttpContext.RequestAborted;

    public async Task<IActionResult> OnGetAsync() => await FindAsync() ? Page() : Refuse(HubErrors.PageNotFound);

    public Task<IActionResult> OnPostDisableAsync() => SwitchAsync(disabled: true);

    public Task<IActionResult> OnPostEnableAsync() => SwitchAsync(disabled: false);

    public Task<IActionResult> OnPostPromoteAsync() => AppointAsync(administrator: true);

    public Task<IActionResult> OnPostDemoteAsync() => AppointAsync(administrator: false);

    /// <summary>A link to set a password, where this server sends no mail; shown once.</summary>
    public PasswordLink? Link { get; private set; }

    public bool SendsMail => mails.ReachPeople;

    /// <summary>
    /// The link goes to the person, not to the administrator: whoever has it gets into the account, and to all that it was given access to. Only where no mail would reach
    /// the person does the administrator get it to pass on, and the log says so.
    /// </summary>
    public async Task<IActionResult> OnPostResetAsync()
    {
        if (!await FindAsync())
            return Refuse(HubErrors.PageNotFound);
        if (Person.Disabled)
            return Fault("", "The account is disabled. Enable it first.");
        if (!SendsMail)
        {
            if (await users.FindByIdAsync(Person.Id, Aborted) is not { } user)
                return Refuse(HubErrors.PageNotFound);
            Link = new(mails.WritePasswordLink(user, MailedLinkPurpose.ResetPassword), Person.UserName, "an hour");
            Response.Headers.CacheControl = "no-store";
            Log.Switched(logger, Caller.UserId!, "made a password link to pass on to", Person.Id);
            return Page();
        }

        await mails.ResetAsync(Person.Email, Aborted);
        Log.Switched(logger, Caller.UserId!, "sent a password link to", Person.Id);
        Notify($"A link to set a new password goes to {Person.Email}. It holds for an hour.");
        return Back();
    }

    /// <summary>As <c>user confirm</c>: the administrator knows that the address is the person's.</summary>
    public async Task<IActionResult> OnPostConfirmAsync()
    {
        if (!await FindAsync())
            return Refuse(HubErrors.PageNotFound);
        if (IsSelf)
            return Fault("", "This is your own address. Another administrator, or the link in a mail, can confirm it.");
        await users.ConfirmEmailAsync(Person.UserName, Aborted);
        Log.Switched(logger, Caller.UserId!, "confirmed the mail address of", Person.Id);
        Notify($"{Person.Email} counts as confirmed.");
        return Back();
    }

    public async Task<IActionResult> OnPostLogoutAsync()
    {
        if (!await FindAsync())
            return Refuse(HubErrors.PageNotFound);
        if (IsSelf)
            return Fault("", "These are your own sessions. End them in your settings.");
        await sessions.EndAllAsync(Person.Id, Aborted);
        Log.Switched(logger, Caller.UserId!, "ended the sessions of", Person.Id);
        Notify($"{Person.UserName} is logged out everywhere. Access tokens still work.");
        return Back();
    }

    public async Task<IActionResult> OnPostDeleteAsync()
    {
        if (!await FindAsync())
            return Refuse(HubErrors.PageNotFound);
        if (IsSelf)
            return Fault("", "This is your own account. Delete it in your settings.");
        if (!string.Equals(Confirm?.Trim(), Person.UserName, StringComparison.Ordinal))
            return Fault(nameof(Confirm), $"Type {Person.UserName} to delete the account.");

        var result = await removal.RemoveAsync(Person.Id, WithRepositories, Aborted);
        if (result.Outcome != PersonRemovalOutcome.Removed)
            return Fault(result.Outcome == PersonRemovalOutcome.OwnsRepositories ? nameof(WithRepositories) : "", result.Message);
        Log.Deleted(logger, Caller.UserId!, Person.Id);
        Notify($"The account {Person.UserName} is deleted.");
        return SeeOther("/admin");
    }

    private async Task<IActionResult> SwitchAsync(bool disabled)
    {
        if (!await FindAsync())
            return Refuse(HubErrors.PageNotFound);
        if (IsSelf)
            return Fault("", "You can't disable your own account: nobody could enable it for you.");
        await users.DisableAsync(Person.UserName, disabled, Aborted);
        Log.Switched(logger, Caller.UserId!, disabled ? "disabled" : "enabled", Person.Id);
        Notify(disabled ? $"{Person.UserName} is disabled: every session and token has ended." : $"{Person.UserName} is let in again.");
        return Back();
    }

    private async Task<IActionResult> AppointAsync(bool administrator)
    {
        if (!await FindAsync())
            return Refuse(HubErrors.PageNotFound);
        if (IsSelf)
            return Fault("", "You can't end your own right. Another administrator can.");
        await users.SetAdministratorAsync(Person.UserName, administrator, Aborted);
        Log.Switched(logger, Caller.UserId!, administrator ? "made an administrator of" : "ended the right of", Person.Id);
        Notify($"{Person.UserName} is {(administrator ? "an administrator" : "no administrator any more")}.");
        return Back();
    }

    private IActionResult Back() => SeeOther($"/admin/people/{Uri.EscapeDataString(Person.UserName)}");

    private PageResult Fault(string field, string sentence)
    {
        ModelState.AddModelError(field, sentence);
        return Page();
    }

    private async Task<bool> FindAsync()
    {
        if (Name is not { Length: > 0 and <= 254 } || await people.FindAsync(Name, Aborted) is not { } person
            || await storage.OfOwnerAsync(person.UserName, Aborted) is not { } usage)
            return false;
        Usage = usage;
        Person = person;
        Sessions = await sessions.CountAsync(person.Id, Aborted);
        Memberships = await organizations.ListOfPersonAsync(person.Id, Aborted);
        Orphans = await organizations.OnlyAdministeredByAsync(person.Id, Aborted);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Administrator {ActorId} {Change} user {UserId}")]
        public static partial void Switched(ILogger logger, string actorId, string change, string userId);

        [LoggerMessage(Level = LogLevel.Information, Message = "Administrator {ActorId} deleted user {UserId}")]
        public static partial void Deleted(ILogger logger, string actorId, string userId);
    }
}
