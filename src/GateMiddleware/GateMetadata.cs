using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http;

namespace GateMiddleware;

/// <summary>Declares on an endpoint that it hands out a repository's content.</summary>
/// <param name="ObserveOnly">True when the endpoint masks for itself and is never refused.</param>
/// <param name="PublicException">Says of a request that it is for something public even in a gated repository; null for never.</param>
/// <param name="Format">How refusals are written.</param>
public sealed record GateMetadata(bool ObserveOnly, Func<HttpContext, bool>? PublicException, RefusalFormat Format);
