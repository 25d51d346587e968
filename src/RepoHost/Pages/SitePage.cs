using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RepoHost.Accounts;

namespace RepoHost.Pages;

/// <summary>What every page of the site starts from.</summary>
internal abstract class SitePage : PageModel
{
    /// <summary>Who is looking. By the time a handler runs, whoever may not open the page has been turned away.</summary>
    public Caller Caller => HttpContext.Caller();

    public SiteLinks Links => HttpContext.RequestServices.GetRequiredService<SiteLinks>();

    /// <summary>An error page with this status and sentence.</summary>
    protected static IActionResult Refuse(Refusal refusal) => new RefusedPage(refusal);

    /// <summary>See Other: a form was taken, and "back" or "reload" must not send it again.</summary>
    /// <param name="path">Escaped path on this site.</param>
    protected IActionResult SeeOther(string path) => new SeeOtherResult(Links.Path(path));

    /// <summary>A sentence that the next page shows once, in a <c>role="status"</c>.</summary>
    protected void Notify(string sentence) => TempData[NoticeKey] = sentence;

    public const string NoticeKey = "Notice";
}
