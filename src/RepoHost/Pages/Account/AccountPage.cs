using System.Net;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Pages.Account;

/// <summary>What the pages share on which somebody becomes known: how often one address may try, and the session at the end.</summary>
internal abstract class AccountPage : SitePage
{
    private ClientAttempts Attempts => HttpContext.RequestServices.GetRequiredService<ClientAttempts>();

    protected IPAddress? Client => HttpContext.Connection.RemoteIpAddress;

    protected SignInManager<User> Sessions => HttpContext.RequestServices.GetRequiredService<SignInManager<User>>();

    protected CancellationToken Aborted => HttpContext.RequestAborted;

    protected static readonly string WrongPassword =
        $"The password is not right. After {PasswordCheck.Tries} wrong ones your account takes none for {PasswordCheck.Pause.TotalMinutes:0} minutes.";

    protected bool TryBegin() => Attempts.TryBegin(Client);

    /// <summary>It was no failure after all.</summary>
    protected void TakeBack() => Attempts.TakeBack(Client);

    protected IActionResult TooMany()
    {
        Response.Headers.RetryAfter = ((int)ClientAttempts.Window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Refuse(new Refusal(
            StatusCodes.Status429TooManyRequests, null, $"There were too many attempts from your network address. Wait {ClientAttempts.Window.TotalMinutes:0} minutes, then try again.", null));
    }

    /// <summary>Errors stand beside the field that they are about, all at once.</summary>
    protected void AddErrors(NewUser wish, AddUserResult refused)
    {
        foreach (var fault in UserAccounts.FaultsOf(wish).DefaultIfEmpty(refused))
            ModelState.AddModelError(FieldOf(fault.Outcome), fault.Message);
    }

    private static string FieldOf(AddUserOutcome outcome) => outcome switch
    {
        AddUserOutcome.BadName or AddUserOutcome.NameTaken => "name",
        AddUserOutcome.BadFullName => "fullname",
        AddUserOutcome.BadEmail or AddUserOutcome.EmailTaken => "email",
        AddUserOutcome.BadPassword => "password",
        _ => "",
    };
}
