using Microsoft.AspNetCore.Http;

namespace GateMiddleware.Rejection;

/// <summary>A host's own page for refusals that a browser shows. Without one registered, or when it fails, a small page of the library's own is sent.</summary>
public interface IRefusalPage
{
    /// <summary>Makes the page. Status and headers of the refusal are set already; the page may replace the Content-Security-Policy with its own.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusal">What to say. The message may hold a reviewer's words: encode it.</param>
    /// <returns>A whole HTML document.</returns>
    Task<string> RenderAsync(HttpContext context, Refusal refusal);
}
