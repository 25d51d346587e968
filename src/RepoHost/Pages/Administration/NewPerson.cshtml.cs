using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Notifications;
using RepoHost.Pages.Account;

namespace RepoHost.Pages.Administration;

/// <summary>
/// An account that an administrator makes for somebody, as <c>user add</c> does. It has no password: its person chooses one with a link that goes to their
/// address, or, where no mail would reach them, is shown to the administrator once.
/// </summary>
[PageAccess(RouteAccess.ManagePeople)]
internal sealed partial class NewPersonModel(UserAccounts accounts, AccountMails mails, ILogger<NewPersonModel> logger) : AccountPage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? FullName { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    /// <summary>Once there is an account and no mail.</summary>
    public PasswordLink? Link { get; private set; }

    public bool SendsMail => mails.ReachPeople;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var wish = new NewUser(Name?.Trim() ?? "", Email?.Trim() ?? "", FullName, null)
        {
            // A link in a mail proves the address; without, the administrator's word is all there will be.
            EmailConfirmed = !SendsMail,
            Alongside = SendsMail ? mails.TellOfAccountAsync : null,
        };
        var added = await accounts.AddAsync(wish, Aborted);
        if (added.User is not { } user)
        {
            AddErrors(wish, added);
            return Page();
        }

        Log.Added(logger, Caller.UserId!, user.Id);
        if (SendsMail)
        {
            mails.Saved();
            Notify($"The account {user.UserName} is there. A link to choose a password goes to {user.Email}. It holds for a day.");
            return SeeOther($"/admin/people/{Uri.EscapeDataString(user.UserName!)}");
        }

        Link = new(mails.WritePasswordLink(user, MailedLinkPurpose.FirstPassword), user.UserName!, "a day");
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Administrator {ActorId} made the account of user {UserId}")]
        public static partial void Added(ILogger logger, string actorId, string userId);
    }
}
