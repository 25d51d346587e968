using Microsoft.AspNetCore.Mvc.Filters;

namespace RepoHost.Pages;

/// <summary>What every page carries: nothing runs, loads, frames or is sent but what is this site's own.</summary>
internal sealed class PageHeadersFilter : IAlwaysRunResultFilter
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public void OnResultExecuting(ResultExecutingContext context) => Apply(context.HttpContext.Response);

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    public static void Apply(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.XFrameOptions = "DENY";
        // A page shows its reader's name; nobody else may be given it, and "back" asks again. One that shows a secret has said no-store itself.
        if (headers.CacheControl != "no-store")
            headers.CacheControl = "private, no-cache";
        headers.Vary = "Cookie, Authorization";
        // Only the machine-readable routes are for other sites' scripts.
        headers.Remove("Access-Control-Allow-Origin");
        headers.Remove("Access-Control-Expose-Headers");
    }
}
