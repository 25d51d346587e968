using Microsoft.AspNetCore.Mvc;

namespace RepoHost.Pages;

/// <summary>303 to an address of this site.</summary>
internal sealed class SeeOtherResult(string location) : ActionResult, Microsoft.AspNetCore.Mvc.ViewFeatures.IKeepTempDataResult
{
    public override void ExecuteResult(ActionContext context)
    {
        context.HttpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.HttpContext.Response.Headers.Location = location;
    }
}
