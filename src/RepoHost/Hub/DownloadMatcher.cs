using Microsoft.AspNetCore.Http.Features;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// Finds the endpoint of a plain <c>resolve</c> address without asking the route table, which costs more than the rest of a small download. It only picks the endpoint
/// that routing would pick (a test compares the two): routing leaves a request alone that has one, and who may download is decided where it is for every other route.
/// </summary>
internal sealed class DownloadMatcher(RequestDelegate next, EndpointDataSource endpoints)
{
    private const string Resolve = "resolve";

    private RouteEndpoint[]? byType;

    public Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            Match(context);
        return next(context);
    }

    private void Match(HttpContext context)
    {
        // A path base is cut off by then and still in the target; an address in another form is a proxy's. Both are rare, and routing knows them.
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (context.Request.PathBase.HasValue || !target.Contains("/resolve/", StringComparison.Ordinal))
            return;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (RequestPieces.Decode(query < 0 ? target : target[..query]) is not { } pieces)
            return;

        var (type, first) = pieces[0] switch
        {
            "datasets" => (RepositoryType.Dataset, 1),
            "spaces" => (RepositoryType.Space, 1),
            _ => (RepositoryType.Model, 0),
        };
        if (pieces.Length < first + 5 || pieces[first + 2] != Resolve || pieces[first].Length == 0 || pieces[first + 1].Length == 0)
            return;

        var endpoint = (byType ??= [.. Enum.GetValues<RepositoryType>().Select(Find)])[(int)type];
        context.SetEndpoint(endpoint);
        context.Request.RouteValues = new RouteValueDictionary
        {
            [RouteAccessMetadata.Namespace] = pieces[first],
            [RouteAccessMetadata.Name] = pieces[first + 1],
        };
        RequestPieces.Keep(context, endpoint, pieces[(first + 3)..]);
    }

    private RouteEndpoint Find(RepositoryType type) =>
        endpoints.Endpoints.OfType<RouteEndpoint>().Single(endpoint => endpoint.Metadata.GetMetadata<ResolveRoute>()?.Type == type);
}

/// <summary>Marks the endpoint that hands out the files of the repositories of one type.</summary>
internal sealed record ResolveRoute(RepositoryType Type);
