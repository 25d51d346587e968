using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Notifications;

namespace RepoHost.Pages.Account;

/// <summary>Asks for a link to a new password. The answer is the same whether there is an account or not, and takes the same time.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class PasswordResetModel(AccountMails mails) : AccountPage
{
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMilliseconds(400);

    [BindProperty]
    public string? Email { get; set; }

    public bool SendsMail => mails.ReachPeople;

    public bool Sent { get; private set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var email = Email?.Trim() ?? "";
        if (!UserAccounts.IsEmail(email))
        {
            ModelState.AddModelError("email", UserAccounts.EmailRule);
            return Page();
        }

        if (!TryBegin())
            return TooMany();
        var start = TimeProvider.System.GetTimestamp();
        await mails.ResetAsync(email, Aborted);
        await EvenTime.RestAsync(start, AnswerTakes, Aborted);
        Sent = true;
        return Page();
    }
}
