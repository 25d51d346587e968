using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace RepoHost.Hosting;

/// <summary>
/// The path of a request as the client wrote it: split on literal slashes, each piece decoded exactly once (contract 1.4, trap T17). The server's own
/// decoded path can't be used for revisions and file names: it leaves <c>%2F</c> encoded, turns <c>%252F</c> into <c>%2F</c> and folds dot segments.
/// </summary>
internal static class RequestPieces
{
    /// <summary>
    /// The decoded pieces that a route's catch-all stands for; null when the raw path can't be what the route matched (dot segments, doubled slashes,
    /// bad escapes), which callers answer as not found.
    /// </summary>
    public static string[]? AfterRoute(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
            return null;
        if (context.Features.Get<Kept>() is { } kept && kept.Endpoint == endpoint)
            return kept.Pieces;

        var fixedPieces = endpoint.RoutePattern.PathSegments.Count(s => !s.IsSimple || s.Parts[0] is not Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { IsCatchAll: true });
        var pieces = All(context);
        if (pieces is null || pieces.Length < fixedPieces)
            return null;

        // The pieces that the route matched must be the ones that stand there literally, or the gate would be asked about one thing and the lookup about another.
        var matched = (context.Request.Path.Value ?? "").Split('/');
        for (var i = 0; i < fixedPieces; i++)
        {
            if (matched.Length <= i + 1 || !string.Equals(matched[i + 1], pieces[i], StringComparison.Ordinal))
                return null;
        }

        return pieces[fixedPieces..];
    }

    /// <summary>Notes the pieces behind a route that was matched by the pieces of the raw path themselves.</summary>
    public static void Keep(HttpContext context, RouteEndpoint endpoint, string[] pieces) => context.Features.Set(new Kept(endpoint, pieces));

    private static string[]? All(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target))
            target = context.Request.PathBase.ToUriComponent() + context.Request.Path.ToUriComponent();
        if (target[0] != '/')
        {
            // absolute-form, as sent to a proxy
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var path = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
            if (path < 0)
                return null;
            target = target[path..];
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
            target = target[..query];

        var pathBase = context.Request.PathBase.ToUriComponent();
        if (pathBase.Length > 0)
        {
            if (!target.StartsWith(pathBase, StringComparison.OrdinalIgnoreCase))
                return null;
            target = target[pathBase.Length..];
        }

        return Decode(target);
    }

    /// <summary>Splits and decodes an escaped path that begins with a slash; null when a piece is not valid once decoded.</summary>
    internal static string[]? Decode(string path)
    {
        if (path.Length == 0 || path[0] != '/')
            return null;
        var pieces = path[1..].Split('/');
        for (var i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Contains('%', StringComparison.Ordinal))
                pieces[i] = Uri.UnescapeDataString(pieces[i]);
            if (pieces[i] is "." or ".." || pieces[i].Contains('\0', StringComparison.Ordinal))
                return null;
        }

        return pieces;
    }

    private sealed record Kept(RouteEndpoint Endpoint, string[] Pieces);
}
