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
internal static partial class RepositoryListEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;
    private const int MaxSearches = 20;

    /// <summary>A search that matches little looks at this many repositories per page and then hands on a cursor, so one request's work is bounded.</summary>
    private const int MaxScanned = 5000;

    private const int ScanAtOnce = 200;

    /// <summary>With <c>siblings</c> a page ends after this many file names, so its size does not grow with the repositories.</summary>
    private const int MaxFiles = 20_000;

    public static void MapRepositoryList(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapGet($"/api/{type.Plural()}", (HttpContext context, RepositoryCatalog catalog, CardPolicies cards, GitRepositories repositories, RepositoryFiles files, PublicUrl publicUrl, ILogger<RepositoryCatalog> logger) =>
            ListAsync(context, type, new(catalog, cards, repositories, files, logger), publicUrl)).WithAccess(RouteAccess.Anyone);

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

        var caller = context.Caller();
        var ask = new RepositoryQuery(type)
        {
            Author = query["author"],
            Search = query.List("search"),
            Sort = sort,
            Reversed = query["direction"] == "1",
            Limit = Math.Min(limit, MaxLimit),
            Cursor = query["cursor"],
            VisibleTo = caller.Kind == CallerKind.Person ? caller.UserId : null,
            Reach = caller.Scopes,
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
        var (scanned, files, cursor) = (0, 0, ask.Cursor);
        while (true)
        {
            var page = await rooms.Catalog.ListAsync(ask with { Limit = ScanAtOnce, Cursor = cursor }, context.RequestAborted);
            for (var i = 0; i < page.Items.Count; i++)
            {
                var record = page.Items[i];
                scanned++;
                if (await DescribeAsync(rooms, record, context.RequestAborted) is { } facts && Matches(query, facts, facts.Mode))
                {
                    items.Add(expand.Count > 0 ? facts.WriteExpanded(expand) : facts.Write(keys));
                    files += facts.SiblingsWritten;
                }

                // The page ends where it is full, by whichever measure; the next begins right behind.
                if (items.Count >= ask.Limit || scanned >= MaxScanned || files >= MaxFiles)
                    return (items, i + 1 < page.Items.Count || page.NextCursor is not null ? RepositoryListing.CursorAfter(record, ask.Sort) : null);
            }

            cursor = page.NextCursor;
            if (cursor is null)
                return (items, null);
        }
    }

    /// <summary>Null for a repository that can't be read: it must not take the list of all the others with it.</summary>
    private static async Task<RepositoryFacts?> DescribeAsync(Rooms rooms, RepositoryRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var card = await rooms.Cards.FindAsync(record, cancellationToken);
            return new RepositoryFacts(record, card, rooms.Repositories.Open(record.Id), rooms.Files, card.Tip, blobs: false, unmasked: false);
        }
        catch (GitCorruptException e)
        {
            Log.LeftOut(rooms.Logger, record.Id, e);
            return null;
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

    private sealed record Rooms(RepositoryCatalog Catalog, CardPolicies Cards, GitRepositories Repositories, RepositoryFiles Files, ILogger Logger);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Repository {RepositoryId} can't be read and is left out of a list")]
        public static partial void LeftOut(ILogger logger, string repositoryId, Exception cause);
    }
}
