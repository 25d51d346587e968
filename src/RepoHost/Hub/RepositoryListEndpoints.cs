using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary><c>GET /api/models</c>, <c>/api/datasets</c>, <c>/api/spaces</c> (contract 8). A token adds its person's private repositories.</summary>
internal static class RepositoryListEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;
    private const int MaxSearches = 20;

    /// <summary>With <c>siblings</c> a page ends after this many file names, so its size does not grow with the repositories.</summary>
    private const int MaxFiles = 20_000;

    public static void MapRepositoryList(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapGet($"/api/{type.Plural()}", (HttpContext context, RepositorySearch search, GitRepositories repositories, RepositoryFiles files, PublicUrl publicUrl) =>
            ListAsync(context, type, new(search, repositories, files), publicUrl)).WithAccess(RouteAccess.Anyone);

    private static async Task<Results<Ok<JsonArray>, Refused>> ListAsync(HttpContext context, RepositoryType type, Rooms rooms, PublicUrl publicUrl)
    {
        var query = context.Request.Query;
        var expand = query.List("expand");
        if (RepositoryFacts.UnknownKey(type, expand) is { } unknown)
            return (Refused)HubErrors.BadRequest(unknown);
        if (Sort(query["sort"]) is not { } sort)
            return (Refused)HubErrors.Invalid("Invalid option: expected one of \"lastModified\"|\"createdAt\"|\"downloads\"|\"likes\"|\"trendingScore\"", "sort");
        var limit = query.Number("limit") ?? DefaultLimit;
        if (limit < 1)
            return (Refused)HubErrors.Invalid("Too small: expected number to be >=1", "limit");

        if (query.List("search").Count > MaxSearches)
            return (Refused)HubErrors.Invalid($"Too big: expected at most {MaxSearches} words", "search");

        var ask = RepositoryQuery.By(type, context.Caller()) with
        {
            Author = query["author"],
            Search = query.List("search"),
            Sort = sort,
            Reversed = query["direction"] == "1",
            Limit = Math.Min(limit, MaxLimit),
            Cursor = query["cursor"],
        };

        var (items, next) = await CollectAsync(context, rooms, ask, expand);
        if (next is not null)
            PageLink.Next(context, publicUrl, next);
        return TypedResults.Ok(new JsonArray([.. items]));
    }

    private static async Task<(List<JsonNode> Items, string? Next)> CollectAsync(HttpContext context, Rooms rooms, RepositoryQuery ask, IReadOnlyList<string> expand)
    {
        var query = context.Request.Query;
        var keys = RepositoryFacts.ItemKeys(ask.Type, query.Flag("full"), query.Flag("cardData"));
        var items = new List<JsonNode>();
        var files = 0;
        var next = await rooms.Search.FindAsync(
            ask,
            Filter(query),
            found =>
            {
                var facts = new RepositoryFacts(found.Record, found.Card, rooms.Repositories.Open(found.Record.Id), rooms.Files, found.Card.Tip, blobs: false, unmasked: false);
                items.Add(expand.Count > 0 ? facts.WriteExpanded(expand) : facts.Write(keys));
                files += facts.SiblingsWritten;
                return items.Count < ask.Limit && files < MaxFiles;
            },
            context.RequestAborted);
        return (items, next);
    }

    private static CardFilter Filter(IQueryCollection query) => new()
    {
        Tags = [.. query.List("filter").SelectMany(f => f.Split(','))],
        Task = query["pipeline_tag"] is [{ Length: > 0 } task] ? task : null,
        Libraries = query.List("library"),
        Gated = query["gated"].Count == 0 ? null : QueryValues.IsTrue(query["gated"]),
    };

    /// <summary>There are no downloads or likes to sort by yet; such lists come newest first, as ties do on the Hub.</summary>
    private static RepositorySort? Sort(string? word) => word switch
    {
        null or "" or "lastModified" or "last_modified" or "downloads" or "likes" or "trendingScore" or "trending_score" => RepositorySort.LastModified,
        "createdAt" or "created_at" => RepositorySort.CreatedAt,
        "id" => RepositorySort.Name,
        _ => null,
    };

    private sealed record Rooms(RepositorySearch Search, GitRepositories Repositories, RepositoryFiles Files);
}
