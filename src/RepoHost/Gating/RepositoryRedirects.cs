using System.Buffers;
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
    private const string GitSuffix = ".git";

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
        pieces[at + 1] = record.Name + SuffixOf(context, pieces[at + 1]) + rest;
        var location = string.Join('/', pieces);

        // A proxy may have cut off the path that clients know us under; the address they are sent to needs it back.
        var known = context.RequestServices.GetRequiredService<PublicUrl>().PathBase;
        if (known.HasValue && !context.Request.PathBase.HasValue)
            location = known.ToUriComponent() + location;

        Write(context, location);
    }

    /// <summary>The id stands after the path base and the words before it: none, <c>datasets</c>, <c>api/models</c>.</summary>
    private static int PositionOfId(HttpRequest request, RepositoryType type) =>
        request.PathBase.ToUriComponent().Count(c => c == '/') + 1
        + (request.Path.StartsWithSegments("/api") ? 2 : type == RepositoryType.Model ? 0 : 1);

    /// <summary>Dot segments and the like make the raw address another one than the one that was matched.</summary>
    private static bool NamesTheRepository(HttpContext context, string[] pieces, int at) =>
        pieces.Length > at + 1 && pieces[0].Length == 0
        && Uri.UnescapeDataString(pieces[at]) == (string?)context.GetRouteValue(RouteAccessMetadata.Namespace)
        && SuffixOf(context, pieces[at + 1]) is not null;

    /// <summary>What stands after the repository's name: nothing, or what Git puts there; null when it is another name.</summary>
    private static string? SuffixOf(HttpContext context, string piece)
    {
        var asked = Uri.UnescapeDataString(piece.Split('?', '#')[0]);
        var name = (string?)context.GetRouteValue(RouteAccessMetadata.Name);
        return asked == name ? "" : asked == name + GitSuffix ? GitSuffix : null;
    }

    private static void Write(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = location;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        if (!HttpMethods.IsHead(context.Request.Method))
            context.Features.Get<IHttpResponseBodyFeature>()!.Writer.Write(System.Text.Encoding.UTF8.GetBytes($"Temporary Redirect. Redirecting to {location}"));
    }
}
