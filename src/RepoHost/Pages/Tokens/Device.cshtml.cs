using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RepoHost.Accounts;
using RepoHost.Gating;

namespace RepoHost.Pages.Tokens;

/// <summary>
/// Where a person lets a program in that asked for a login (RFC 8628). Looking changes nothing, whatever the address says: only the form decides, and it shows first
/// which program asks, from where, and the code to compare.
/// </summary>
[PageAccess(RouteAccess.Person)]
internal sealed class DeviceModel(DeviceLogins logins) : SitePage
{
    public const string Field = "user_code";

    private const string Unknown = "No login waits for this code. Codes hold for 15 minutes and are good once: look for a typing error, or start the login again on your machine.";

    private const string TooMany = "That were too many wrong codes. Wait a minute, then try again.";

    /// <summary>As it was given.</summary>
    public string? Code { get; private set; }

    public WaitingLogin? Waiting { get; private set; }

    /// <summary>The program and this browser are seen from the same address.</summary>
    public bool SameAddress => Waiting?.Address == HttpContext.Connection.RemoteIpAddress?.ToString();

    public async Task<IActionResult> OnGetAsync([FromQuery(Name = Field)] string? code)
    {
        Code = code;
        if (string.IsNullOrWhiteSpace(code))
            return Page();
        (var outcome, Waiting) = await logins.FindAsync(code, Caller.UserId!, HttpContext.RequestAborted);
        if (Waiting is null)
            return Wrong(outcome);
        Code = LoginCodes.ReadUserCode(code);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync([FromForm(Name = Field)] string? code, [FromForm(Name = "do")] string? decision)
    {
        Code = code;
        if (decision is not ("approve" or "deny"))
            return await OnGetAsync(code);
        var outcome = await logins.DecideAsync(code, Caller.UserId!, decision == "approve", HttpContext.RequestAborted);
        if (outcome != CodeOutcome.Found)
            return Wrong(outcome);
        Notify(decision == "approve"
            ? "The program is let in. In a few seconds it is logged in and listed here; you can close this page."
            : "The program was turned away. It has no access.");
        return SeeOther("/settings/tokens");
    }

    private PageResult Wrong(CodeOutcome outcome)
    {
        ModelState.AddModelError(Field, outcome == CodeOutcome.TooManyGuesses ? TooMany : Unknown);
        return Page();
    }
}
