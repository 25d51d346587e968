using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Tokens;

/// <summary>
/// Makes a token and shows it, once. The answer to the form is the page with the token itself, and no redirect to one: a redirect would have to carry the text
/// in an address or a cookie, or the server would have to keep it, and all three outlive the one look that the person gets. Nothing may keep the answer
/// (<c>no-store</c>), the browser's history included.
/// </summary>
[PageAccess(RouteAccess.Person)]
internal sealed class NewModel(TokenIssuer issuer, TokenEntities entities, UserAccounts users, IOptions<AccountsOptions> options, PublicUrl publicUrl) : SitePage
{
    /// <summary>Nobody needs more, and a stolen session should not be worth more.</summary>
    private const int MostLive = 200;

    private static readonly int[] Lifetimes = [7, 30, 90, 180, 365];

    public string? Name { get; private set; }

    public string Role { get; private set; } = "read";

    public int Days { get; private set; }

    public RightsForm Rights { get; private set; } = null!;

    /// <summary>Set when one was made.</summary>
    public IssuedToken? Issued { get; private set; }

    public string Base => publicUrl.Base;

    public IEnumerable<SelectListItem> LifetimeItems => Lifetimes.Append(options.Value.TokenDays).Distinct().Order().Select(days => new SelectListItem(
        days == 365 ? "1 year" : $"{days} days", days.ToString(CultureInfo.InvariantCulture), days == Days));

    /// <summary>The Hub's links to its own page of this name say what is wanted (<c>?tokenType=fineGrained&amp;canReadGatedRepos=true</c>); they only fill the form in.</summary>
    public async Task OnGetAsync(string? tokenType, bool canReadGatedRepos)
    {
        Role = Word(tokenType) ?? (canReadGatedRepos ? "fineGrained" : Role);
        Days = options.Value.TokenDays;
        Rights = await RightsForm.ShowAsync(entities, Caller.UserId!, canReadGatedRepos, [], HttpContext.RequestAborted);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var sent = Request.Form;
        Name = sent["name"].ToString().Trim();
        Role = Word(sent["role"]) ?? "";
        Days = int.TryParse(sent["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : 0;
        Rights = await RightsForm.ReadAsync(entities, Caller.UserId!, sent, HttpContext.RequestAborted);
        if (sent["do"] == "add")
        {
            if (await Rights.FaultAsync(entities, Caller.UserId!, sent, HttpContext.RequestAborted) is { } notAdded)
                ModelState.AddModelError(RightsForm.AddField, notAdded);
            return Page();
        }

        if (!await IsSoundAsync(sent))
            return Page();
        var person = await users.FindByIdAsync(Caller.UserId!, HttpContext.RequestAborted);
        var lifetime = TimeSpan.FromDays(Days);
        Issued = Role == "fineGrained"
            ? await issuer.IssueAsync(person!, Name, Rights.Grant, lifetime, HttpContext.RequestAborted)
            : await issuer.IssueAsync(person!, Name, Role == "write" ? TokenRole.Write : TokenRole.Read, lifetime, HttpContext.RequestAborted);
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    private async Task<bool> IsSoundAsync(IFormCollection sent)
    {
        if (!TokenNames.IsValid(Name))
            ModelState.AddModelError("name", string.IsNullOrEmpty(Name) ? "Give the token a name, so that you know it again." : TokenNames.Rule);
        if (Role.Length == 0)
            ModelState.AddModelError("role", "Choose what the token may do.");
        if (Days != options.Value.TokenDays && !Lifetimes.Contains(Days))
            ModelState.AddModelError("days", "Choose one of the times.");
        if (Role == "fineGrained" && await Rights.FaultAsync(entities, Caller.UserId!, sent, HttpContext.RequestAborted) is { } fault)
            ModelState.AddModelError(RightsForm.AddField, fault);
        if (ModelState.IsValid && await issuer.CountLiveAsync(Caller.UserId!, HttpContext.RequestAborted) >= MostLive)
            ModelState.AddModelError("", $"You have {MostLive} tokens. Revoke some that you don't use, then make a new one.");
        return ModelState.IsValid;
    }

    private static string? Word(string? role) => role is "read" or "write" or "fineGrained" ? role : null;
}
