using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;

namespace RepoHost.Pages;

/// <summary>An error answer as a page's result.</summary>
internal sealed class RefusedPage(Refusal refusal) : ActionResult
{
    public override Task ExecuteResultAsync(ActionContext context) => RefusalWriter.WriteAsync(context.HttpContext, refusal, RefusalFormat.Html);
}
