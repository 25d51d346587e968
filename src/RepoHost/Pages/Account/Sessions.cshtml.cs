using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Account;

/// <summary>The browsers in which a person is logged in, and ending one or all of them.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class SessionsModel(BrowserSessions rows) : AccountPage
{
    private const string Path = "/settings/sessions";

    public IReadOnlyList<BrowserSession> Open { get; private set; } = [];

    public async Task OnGetAsync() => Open = await rows.ListAsync(Caller.UserId!, Aborted);

    /// <summary>Ends one of the person's own sessions. One that has ended by itself meanwhile is what they wanted.</summary>
    public async Task<IActionResult> OnPostAsync(string? id)
    {
        if (id is null || id == Caller.SessionId)
            return await LeaveAsync("You are logged out.");
        if (await rows.EndAsync(Caller.UserId!, id, Aborted))
            Notify("That session has ended: that browser has to log in again.");
        return SeeOther(Path);
    }

    public async Task<IActionResult> OnPostEverywhereAsync()
    {
        await rows.EndAllAsync(Caller.UserId!, Aborted);
        return await LeaveAsync("You are logged out everywhere. Access tokens still work; revoke those that you don't trust on their own page.");
    }

    private async Task<IActionResult> LeaveAsync(string sentence)
    {
        await Sessions.SignOutAsync();
        Notify(sentence);
        return SeeOther("/login");
    }
}
