using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Gating.Persons;
using RepoHost.Hosting;

namespace RepoHost.Pages.Account;

/// <summary>The file of all that is stored about a person.</summary>
[PageAccess(RouteAccess.Person, GetOnly = true)]
internal sealed class ExportModel(PersonExport export) : SitePage
{
    public IActionResult OnGet() => new PersonFile(export, Caller.UserId!, Caller.UserName!);

    /// <summary>Written as it is read, once the page's own headers are there.</summary>
    private sealed class PersonFile(PersonExport export, string userId, string name) : IActionResult
    {
        public async Task ExecuteResultAsync(ActionContext context)
        {
            var response = context.HttpContext.Response;
            response.ContentType = "application/json";
            response.Headers.ContentDisposition = $"attachment; filename=repohost-{name}.json";
            response.Headers.CacheControl = "no-store";
            if (await export.WriteAsync(userId, response.BodyWriter, context.HttpContext.RequestAborted))
                return;
            response.Headers.Remove("Content-Disposition");
            await new RefusedPage(HubErrors.PageNotFound).ExecuteResultAsync(context);
        }
    }
}
