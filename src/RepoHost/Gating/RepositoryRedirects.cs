using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>
/// The answer to a repository's former name, or its name in other letters: 307 to the same route under the right id (contract 1.2). The Location is
/// relative, or clients drop their token; it keeps the request's own escapes, or <c>%2F</c> would name another revision (traps T7, T9).
/// </summary>
internal static class RepositoryRedirects
{
    /// <summary>What an address may have as it is (RFC 3986, 2 and 3.3). Clients get others through to us, and some fail on them when they come back.</summary>
    private static readonly SearchValues<byte> OfAddresses =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#@!$&'()*+,;=%"u8);

    public static void Answer(HttpContext context, RepositoryRecord record)
    {
        var request = context.Request;
        var pieces = (context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "").Split('/');
        var at = PositionOfId(request, record.Type);
        if (!NamesTheRepository(context, pieces, at))
            pieces = (request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString.ToUriComponent()).Split('/');

        // The name is the last piece of some routes and then carries the query.
        var rest = pieces[at + 1].IndexOfAny(['?', '#']) is var cut and >= 0 ? pieces[at + 1][cut..] : "";
        pieces[at] = record.Namespace;
        pieces[at + 1] = record.Name + rest;
        var location = string.Join('/', pieces);

        // A proxy may have cut off the path that clients know us under; the address they are sent to needs it back.
        var known = context.RequestServices.GetRequiredService<PublicUrl>().PathBase;
        if (known.HasValue && !context.Request.PathBase.HasValue)
            location = known.ToUriComponent() + location;

        Write(context, Escape(location));
    }

    private static string Escape(string address)
    {
        var bytes = Encoding.UTF8.GetBytes(address);
        if (!bytes.AsSpan().ContainsAnyExcept(OfAddresses))
            return address;
        var escaped = new StringBuilder(bytes.Length + 32);
        foreach (var value in bytes)
        {
            if (OfAddresses.Contains(value))
                escaped.Append((char)value);
            else
                escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return escaped.ToString();
    }

    /// <summary>The id stands after the path base and the words before it: none, <c>datasets</c>, <c>api/models</c>.</summary>
    private static int PositionOfId(HttpRequest request, RepositoryType type) =>
        request.PathBase.ToUriComponent().Count(c => c == '/') + 1
        + (request.Path.StartsWithSegments("/api") ? 2 : type == RepositoryType.Model ? 0 : 1);

    /// <summary>Dot segments and the like make the raw address another one than the one that was matched.</summary>
    private static bool NamesTheRepository(HttpContext context, string[] pieces, int at) =>
        pieces.Length > at + 1 && pieces[0].Length == 0
        && Uri.UnescapeDataString(pieces[at]) == (string?)context.GetRouteValue(RouteAccessMetadata.Namespace)
        && Uri.UnescapeDataString(pieces[at + 1].Split('?', '#')[0]) == (string?)context.GetRouteValue(RouteAccessMetadata.Name);

    private static void Write(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = location;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        if (!HttpMethods.IsHead(context.Request.Method))
            context.Features.Get<IHttpResponseBodyFeature>()!.Writer.Write(Encoding.UTF8.GetBytes($"Temporary Redirect. Redirecting to {location}"));
    }
}
