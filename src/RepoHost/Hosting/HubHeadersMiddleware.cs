using System.Security.Cryptography;

namespace RepoHost.Hosting;

/// <summary>
/// What every answer carries (contract 1.6, 1.9): a request id, the CORS headers that let a browser app read results and errors, and nosniff.
/// Answers preflight requests itself, before anything else looks at them.
/// </summary>
internal sealed class HubHeadersMiddleware(RequestDelegate next)
{
    public const string ExposedHeaders =
        "X-Repo-Commit, X-Request-Id, X-Error-Code, X-Error-Message, X-Total-Count, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag";

    public Task InvokeAsync(HttpContext context)
    {
        Apply(context);

        // A preflight asks on behalf of a page and carries no credentials; the rule is asked again by the request itself.
        if (HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.Origin.Count > 0)
        {
            var headers = context.Response.Headers;
            headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
            headers.AccessControlAllowHeaders = "Authorization, Content-Type, Range, If-None-Match, If-Range, X-Request-Id";
            headers.AccessControlMaxAge = "86400";
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return next(context);
    }

    /// <summary>Sets the headers; also for an error, whose answer starts anew.</summary>
    /// <param name="id">The request id, when one was given already.</param>
    public static void Apply(HttpContext context, string? id = null)
    {
        // A client that names its request finds it by that name here too; our own number behind it keeps two of one name apart in the log.
        var own = Sent(context, "X-Request-Id");
        id ??= own is null ? NewId() : $"{own};{NewId()}";
        context.TraceIdentifier = id;
        var headers = context.Response.Headers;
        headers["X-Request-Id"] = own ?? (Sent(context, "X-Amzn-Trace-Id") is { } trace ? $"{id};{trace}" : id);
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = ExposedHeaders;
        headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>Unlike that of any other start of any other server, and counted up from there: unique, and cheap on a path that has no time to lose.</summary>
    private static string NewId() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Start}{Interlocked.Increment(ref _requests):x12}");

    private static readonly string Start = $"Root=1-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";

    private static long _requests;

    private static string? Sent(HttpContext context, string header) =>
        context.Request.Headers[header] is { Count: 1 } sent && IsHarmless(sent[0]) ? sent[0] : null;

    /// <summary>The client's own id goes back to it and into the log: letters, digits and a few signs only, and not endless.</summary>
    private static bool IsHarmless(string? id) =>
        id is { Length: > 0 and <= 128 } && !id.AsSpan().ContainsAnyExcept(TraceCharacters);

    private static readonly System.Buffers.SearchValues<char> TraceCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-=_.:;");
}
