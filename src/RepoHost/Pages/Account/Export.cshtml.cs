using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Gating.Persons;
using RepoHost.Hosting;

namespace RepoHost.Pages.Account;

/// <summary>The file of all that is stored about a person, written as it is read.</summary>
[PageAccess(RouteAccess.Person, GetOnly = true)]
internal sealed class ExportModel(PersonExport export) : SitePage
{
    public async Task<IActionResult> OnGetAsync()
    {
        Response.ContentType = "application/json";
        Response.Headers.ContentDisposition = $"attachment; filename=repohost-{Caller.UserName}.json";
        Response.Headers.CacheControl = "no-store";
        if (!await export.WriteAsync(Caller.UserId!, Response.BodyWriter, HttpContext.RequestAborted))
        {
            Response.Clear();
            return Refuse(HubErrors.PageNotFound);
        }

        return new EmptyResult();
    }
}
