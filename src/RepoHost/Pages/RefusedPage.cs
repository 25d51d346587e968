using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;

namespace RepoHost.Pages;

/// <summary>An error answer as a page's result.</summary>
internal sealed class RefusedPage(Refusal refusal) : ActionResult
{
    public override Task ExecuteResultAsync(ActionContext context) => WriteAsync(context.HttpContext);

    public Task WriteAsync(HttpContext context) => RefusalWriter.WriteAsync(context, refusal, RefusalFormat.Html);
}
