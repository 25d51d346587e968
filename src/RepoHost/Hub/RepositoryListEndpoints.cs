using System.Text.Json.Nodes;
using GateMiddleware.Policy;
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

    /// <summary>A search that matches little looks at this many repositories per page and then hands on a cursor, so one request's work is bounded.</summary>
    private const int MaxScanned = 5000;

    public static void MapRepositoryList(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapGet($"/api/{type.Plural()}", (HttpContext context, RepositoryCatalog catalog, CardPolicies cards, GitRepositories repositories, RepositoryFiles files, PublicUrl publicUrl) =>
            ListAsync(context, type, new(catalog, cards, repositories, files), publicUrl)).WithAccess(RouteAccess.Anyone);

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

        var caller = context.Features.Get<ICallerFeature>()!.Caller;
        var ask = new RepositoryQuery(type)
        {
            Author = query["author"],
            Search = query.List("search"),
            Sort = sort,
            Reversed = query["direction"] == "1",
            Limit = Math.Min(limit, MaxLimit),
            Cursor = query["cursor"],
            VisibleTo = caller.Kind == CallerKind.Person ? caller.UserId : null,
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
        var scanned = 0;
        while (true)
        {
            // Never more than what is still missing, so the cursor stands exactly behind the last item.
            var page = await rooms.Catalog.ListAsync(ask with { Limit = ask.Limit - items.Count }, context.RequestAborted);
            foreach (var record in page.Items)
            {
                var card = await rooms.Cards.FindAsync(record, context.RequestAborted);
                var facts = new RepositoryFacts(record, card, rooms.Repositories.Open(record.Id), rooms.Files, card.Tip, blobs: false, unmasked: false);
                if (Matches(query, facts, card.Policy.Mode))
                    items.Add(expand.Count > 0 ? facts.WriteExpanded(expand) : facts.Write(keys));
            }

            scanned += page.Items.Count;
            if (page.NextCursor is null || items.Count >= ask.Limit || scanned >= MaxScanned)
                return (items, page.NextCursor);
            ask = ask with { Cursor = page.NextCursor };
        }
    }

    /// <summary>What the card says, not the row: tags, task, library, and the gate that holds.</summary>
    private static bool Matches(IQueryCollection query, RepositoryFacts facts, GateMode mode)
    {
        if (query.List("filter").SelectMany(f => f.Split(',')).Any(tag => !facts.Tags.Contains(tag)))
            return false;
        if (query["pipeline_tag"] is [{ Length: > 0 } task] && facts.Text("pipeline_tag") != task)
            return false;
        if (query.List("library").Any(library => facts.Text("library_name") != library && !facts.Tags.Contains(library)))
            return false;
        return query["gated"].Count == 0 || QueryValues.IsTrue(query["gated"]) == (mode != GateMode.Open);
    }

    /// <summary>There are no downloads or likes to sort by yet; such lists come newest first, as ties do on the Hub.</summary>
    private static RepositorySort? Sort(string? word) => word switch
    {
        null or "" or "lastModified" or "last_modified" or "downloads" or "likes" or "trendingScore" or "trending_score" => RepositorySort.LastModified,
        "createdAt" or "created_at" => RepositorySort.CreatedAt,
        "id" => RepositorySort.Name,
        _ => null,
    };

    private sealed record Rooms(RepositoryCatalog Catalog, CardPolicies Cards, GitRepositories Repositories, RepositoryFiles Files);
}
