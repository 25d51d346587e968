using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>The Hub's HTTP surface, resource by resource, for each type of repository.</summary>
internal static class HubRoutes
{
    private const string TwoParts = $"{{{RouteAccessMetadata.Namespace}}}/{{{RouteAccessMetadata.Name}}}";
    private const string OnePart = $"{{{RouteAccessMetadata.Name}}}";

    /// <summary>Clients begin with HEAD; where one answers the other does (trap T3).</summary>
    public static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHub(this IEndpointRouteBuilder routes)
    {
        foreach (var type in Enum.GetValues<RepositoryType>())
        {
            routes.MapResolve(type);
            routes.MapRepositoryInfo(type);
            routes.MapTree(type);
            routes.MapRefs(type);
            routes.MapCommitList(type);
            routes.MapAuthCheck(type);
            routes.MapRepositoryList(type);
            routes.MapAccessRequests(type);
            routes.MapAskAccess(type);
            routes.MapAccessReport(type);
            routes.MapRepositorySettings(type);
            routes.MapPreupload(type);
            routes.MapCommit(type);
            routes.MapXet(type);
            routes.MapLfsBatch(type);
            routes.MapLfsObjects(type);
            routes.MapLfsParts(type);
            routes.MapLfsLocks(type);
            routes.MapLfsFiles(type);
            routes.MapDiffs(type);
            routes.MapTreeSize(type);
            routes.MapLikes(type);
            routes.MapDuplication(type);
            routes.MapBranches(type);
            routes.MapTags(type);
            routes.MapPullRequests(type);
            routes.MapCommitPage(type);
        }

        routes.MapWhoAmI();
        routes.MapOAuth();
        routes.MapRepositoryCreation();
        routes.MapRepositoryMoves();
        routes.MapCardCheck();
        routes.MapOwnedRepositories();
        routes.MapOrganizations();
        routes.MapOrganizationMembers();
        routes.MapInvitations();
        routes.MapProfiles();
        routes.MapTagLists();
        routes.MapAgentHarnesses();
        routes.MapNotHere();
    }

    /// <summary><c>/{namespace}/{name}</c>, with the type's word before it.</summary>
    public static string WebId(RepositoryType type) => $"/{type.Prefix()}{TwoParts}";

    public static string WebOnePartId(RepositoryType type) => $"/{type.Prefix()}{OnePart}";

    /// <summary><c>/api/{types}/{namespace}/{name}</c>.</summary>
    public static string ApiId(RepositoryType type) => $"/api/{type.Plural()}/{TwoParts}";

    public static string ApiOnePartId(RepositoryType type) => $"/api/{type.Plural()}/{OnePart}";

    /// <summary>For addresses that only exist to be refused like a missing repository: the access middleware finds none and answers.</summary>
    public static IResult NeverReached() => new Refused(HubErrors.RepositoryNotFound);
}
