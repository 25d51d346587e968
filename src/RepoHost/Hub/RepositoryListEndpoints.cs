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
internal static partial class RepositoryListEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    /// <summary>With <c>siblings</c> a page ends after this many file names, so its size does not grow with the repositories.</summary>
    private const int MaxFiles = 20_000;

    /// <summary>And after this many repositories, each of which is opened for them.</summary>
    private const int MaxOpened = 100;

    public static void MapRepositoryList(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapMethods($"/api/{type.Plural()}", HubRoutes.GetAndHead, (HttpContext context, [AsParameters] Rooms rooms, PublicUrl publicUrl) => ListAsync(context, type, rooms, publicUrl)).WithAccess(RouteAccess.Anyone).AtLowPriority();

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

        var (narrowed, refusal) = ListFilters.Apply(RepositoryQuery.By(type, context.Caller()), query);
        if (narrowed is null)
            return refusal is null ? TypedResults.Ok(new JsonArray()) : (Refused)refusal;

        IReadOnlyList<string> keys = expand.Count > 0
            ? expand
            : RepositoryFacts.ItemKeys(type, query.Flag("full"), query.Flag("cardData"), query.Flag("config"));
        var ask = narrowed with
        {
            Sort = sort,
            Reversed = query["direction"] == "1",
            Cursor = query["cursor"],
            WithMetadata = keys.Any(RepositoryFacts.IsOfMetadata),
            Limit = Math.Min(limit, MaxLimit),
        };
        var page = await rooms.Lists.FindAsync(ask, context.RequestAborted);
        var (items, next) = keys.Contains(RepositoryFacts.SiblingsKey) || keys.Any(RepositoryDetailReader.IsLookedUp)
            ? await WithFilesAsync(rooms, ask, page, expand, keys, context.RequestAborted)
            : ([.. page.Items.Select(found => Item(Facts(rooms, found, RepositoryDetails.None), expand, keys))], page.Next);
        if (next is not null)
            PageLink.Next(context, publicUrl, next);
        return TypedResults.Ok(new JsonArray([.. items]));
    }

    private static RepositoryFacts Facts(Rooms rooms, ListedRepository found, RepositoryDetails details) => new(
        found.Record, CardFacts.Of(found), () => rooms.Repositories.Open(found.Record.Id), rooms.Files, TipOf(found), blobs: false, unmasked: false)
    {
        Details = details,
    };

    private static GitOid? TipOf(ListedRepository found) => found.Tip is { } tip ? GitOid.Parse(tip) : null;

    private static JsonObject Item(RepositoryFacts facts, IReadOnlyList<string> expand, IReadOnlyList<string> keys) => expand.Count > 0 ? facts.WriteExpanded(expand) : facts.Write(keys);

    /// <summary>What lists look up for each repository, and only when it is asked for: files and sizes, in turns of its own.</summary>
    private static async Task<(List<JsonNode> Items, string? Next)> WithFilesAsync(
        Rooms rooms, RepositoryQuery ask, ListedPage page, IReadOnlyList<string> expand, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        using var turn = await rooms.Turns.TakeAsync(cancellationToken);
        var items = new List<JsonNode>();
        var (files, opened) = (0, 0);
        foreach (var found in page.Items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var git = () => rooms.Repositories.Open(found.Record.Id);
                var details = await rooms.Details.ReadAsync(found, git, TipOf(found), keys, cancellationToken);
                var facts = Facts(rooms, found, details);
                items.Add(Item(facts, expand, keys));
                files += facts.SiblingsWritten;
            }
            catch (GitCorruptException e)
            {
                // It must not take the list of all the others with it.
                Log.LeftOut(rooms.Logger, found.Record.Id, e);
            }

            opened++;
            if ((files >= MaxFiles || opened >= MaxOpened) && (opened < page.Items.Count || page.Next is not null))
                return (items, ListCursor.After(found.Record, ask.Sort).ToString());
        }

        return (items, page.Next);
    }

    /// <summary>There are no downloads or likes to sort by yet; such lists come newest first, as ties do on the Hub.</summary>
    private static RepositorySort? Sort(string? word) => word switch
    {
        null or "" or "lastModified" or "last_modified" or "downloads" or "likes" or "trendingScore" or "trending_score" => RepositorySort.LastModified,
        "createdAt" or "created_at" => RepositorySort.CreatedAt,
        "id" => RepositorySort.Name,
        _ => null,
    };

    internal sealed record Rooms(
        RepositoryLists Lists, FileListTurns Turns, GitRepositories Repositories, RepositoryFiles Files, RepositoryDetailReader Details,
        ILogger<FileListTurns> Logger);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Repository {RepositoryId} can't be read and is left out of a list")]
        public static partial void LeftOut(ILogger logger, string repositoryId, Exception cause);
    }
}
