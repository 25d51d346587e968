using Microsoft.AspNetCore.Http;

namespace GateMiddleware;

/// <summary>Finds the repository that a request wants bytes from. Implemented by the host, registered with <see cref="GateBuilder.UseRepositories{T}"/>.</summary>
public interface IGatedRepositorySource
{
    /// <summary>Resolves the request's repository and the policy that holds now; from the route's values, never from the text of the URL.</summary>
    /// <param name="context">The request, routed and authenticated.</param>
    /// <param name="ct">Ends with the request.</param>
    /// <returns>The repository; null when there is none that this person may know of, which is answered 404.</returns>
    /// <exception cref="Exception">Any, when it can't tell; answered 503.</exception>
    ValueTask<GatedRepository?> FindAsync(HttpContext context, CancellationToken ct);
}
