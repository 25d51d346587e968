using GateMiddleware.Decisions;
using Microsoft.AspNetCore.Http;

namespace GateMiddleware;

/// <summary>Says who asks. The default reads the claims <c>NameIdentifier</c> or <c>sub</c> of an authenticated <see cref="HttpContext.User"/>.</summary>
public interface IGatePersonSource
{
    /// <summary>Reads who asks, from what authentication has found.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The person; <see cref="GatePerson.Anonymous"/> for nobody.</returns>
    GatePerson Find(HttpContext context);
}
