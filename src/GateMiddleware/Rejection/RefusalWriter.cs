using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace GateMiddleware.Rejection;

/// <summary>Writes refusals: status, headers and body in one place, so that no route forgets one of them.</summary>
public static partial class RefusalWriter
{
    /// <summary>The response headers that browser clients of the Hub read.</summary>
    public const string ExposedHeaders =
        "X-Repo-Commit, X-Request-Id, X-Error-Code, X-Error-Message, X-Total-Count, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag";

    private const string Realm = "Authentication required";

    // Only JSON's own escapes: the body is no HTML, and clients print it as it stands.
    private static readonly JsonEncodedText ErrorName = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText MessageName = JsonEncodedText.Encode("message");
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers a request with a refusal.</summary>
    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="refusal">What to say.</param>
    /// <param name="format">How the route says it.</param>
    /// <returns>A task that ends when the answer is written; HEAD gets the headers alone.</returns>
    public static async Task WriteAsync(HttpContext context, Refusal refusal, RefusalFormat format)
    {
        var challenge = Challenge(format, context.Request);
        if (format is RefusalFormat.Json or RefusalFormat.File && IsNavigation(context.Request)) format = RefusalFormat.Html;
        var (contentType, body) = format switch
        {
            RefusalFormat.Text => ("text/plain; charset=utf-8", Encoding.UTF8.GetBytes(refusal.Message)),
            RefusalFormat.Html => ("text/html; charset=utf-8", []),
            RefusalFormat.Lfs => ("application/vnd.git-lfs+json; charset=utf-8", Json(refusal.Message, MessageName)),
            _ => ("application/json; charset=utf-8", Json(refusal.Message)),
        };

        var response = context.Response;
        response.StatusCode = refusal.Status;
        WriteHeaders(response.Headers, refusal, challenge, format);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            // The headers are all there is to say. A client that sees a JSON type parses the body that is not there.
            response.ContentType = "text/plain; charset=utf-8";
            return;
        }

        if (format == RefusalFormat.Html) body = Encoding.UTF8.GetBytes(await PageAsync(context, refusal));
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static async Task<string> PageAsync(HttpContext context, Refusal refusal)
    {
        if (context.RequestServices?.GetService<IRefusalPage>() is { } page)
        {
            try
            {
                return await page.RenderAsync(context, refusal);
            }
#pragma warning disable CA1031 // A page that can't be made must not turn a refusal into anything else.
            catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.PageFailed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RefusalWriter)), exception);
            }
        }

        context.Response.Headers.ContentSecurityPolicy = RefusalPage.ContentSecurityPolicy;
        return RefusalPage.Render(refusal);
    }

    /// <summary>Whether a browser itself wants to show the answer, rather than a program.</summary>
    /// <param name="request">The request.</param>
    /// <returns>True for a navigation by <c>Sec-Fetch-Mode</c>; for browsers that don't send it, when HTML is accepted and no Authorization sent.</returns>
    public static bool IsNavigation(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return false;
        if (request.Headers.TryGetValue("Sec-Fetch-Mode", out var mode)) return mode == "navigate";
        return request.Headers.Authorization.Count == 0
            && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    private static string Challenge(RefusalFormat format, HttpRequest request)
    {
        const string parameters = $"realm=\"{Realm}\", charset=\"UTF-8\"";
        return format switch
        {
            // A page's script says that it is one, as is the custom. To "Basic" the browser would open its own window for a password.
            RefusalFormat.Text or RefusalFormat.Lfs when !request.Headers.ContainsKey(HeaderNames.XRequestedWith) => $"Basic {parameters}",
            RefusalFormat.File when !IsBrowser(request) => $"Bearer {parameters}, Basic {parameters}",
            _ => $"Bearer {parameters}",
        };
    }

    /// <summary>Also for what a page fetches: a browser would put up its own dialog.</summary>
    private static bool IsBrowser(HttpRequest request) => request.Headers.ContainsKey("Sec-Fetch-Mode") || request.Headers.Origin.Count > 0 || IsNavigation(request);

    private static void WriteHeaders(IHeaderDictionary headers, Refusal refusal, string challenge, RefusalFormat format)
    {
        // What an earlier stage may have prepared for the file must not tell of it.
        headers.Remove(HeaderNames.ETag);
        headers.Remove(HeaderNames.LastModified);
        headers.Remove(HeaderNames.ContentDisposition);
        headers.Remove(HeaderNames.ContentRange);
        headers.Remove(HeaderNames.ContentEncoding);

        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        if (refusal.ErrorCode is not null) headers["X-Error-Code"] = refusal.ErrorCode;
        var message = HeaderText.Printable(refusal.Message);
        headers["X-Error-Message"] = message;
        // The hf command has a sentence of its own for a gate and hides ours; what stands here it prints, once for each topic.
        if (refusal.ErrorCode == Refusals.GatedRepo) headers.Append("X-HF-Warning", $"gate; {message}");
        if (refusal.PageUrl is not null) headers["X-Gate-Page"] = HeaderText.Printable(refusal.PageUrl);
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            headers.WWWAuthenticate = challenge;
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable) headers.RetryAfter = "1";
        if (format == RefusalFormat.Html) headers.ContentSecurityPolicy = RefusalPage.ContentSecurityPolicy;

        // A browser app can read why only with these; a host whose own CORS rules ran before keeps them.
        headers.TryAdd(HeaderNames.AccessControlAllowOrigin, "*");
        headers.TryAdd(HeaderNames.AccessControlExposeHeaders, ExposedHeaders);
    }

    private static byte[] Json(string message, JsonEncodedText? twin = null)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString(ErrorName, message);
            if (twin is { } name) json.WriteString(name, message);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static partial class Log
    {
        [LoggerMessage(31, LogLevel.Error, "The host's page for a refusal could not be made; the library's own is sent.")]
        public static partial void PageFailed(ILogger logger, Exception exception);
    }
}
