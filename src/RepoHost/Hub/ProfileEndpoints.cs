using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// What a person or an organization shows of itself to programs: what their page shows to the same caller. Nobody follows anyone here and nobody likes anything,
/// so those lists are empty for every name that there is.
/// </summary>
internal static class ProfileEndpoints
{
    private const string User = "/api/users/{user}";

    public static void MapProfiles(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods($"{User}/overview", HubRoutes.GetAndHead, UserAsync).WithAccess(RouteAccess.Anyone);
        routes.MapMethods($"{User}/{{list:regex(^(followers|following|likes)$)}}", HubRoutes.GetAndHead, NobodyAsync).WithAccess(RouteAccess.Anyone);
        routes.MapMethods("/api/organizations/{owner}/overview", HubRoutes.GetAndHead, OrganizationAsync).WithAccess(RouteAccess.Anyone);
        routes.MapMethods("/api/organizations/{owner}/followers", HubRoutes.GetAndHead, NobodyFollowsAsync).WithAccess(RouteAccess.Anyone);
    }

    /// <summary>The likes of a repository; on the Hub they are given in the browser only.</summary>
    public static void MapLikes(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var id = HubRoutes.ApiId(type);
        routes.MapMethods($"{id}/likers", HubRoutes.GetAndHead, () => TypedResults.Ok(new JsonArray())).WithAccess(RouteAccess.SeeRepository, type);
        routes.MapDelete($"{id}/like", () => TypedResults.Text("OK", "text/plain; charset=utf-8")).WithAccess(RouteAccess.OwnRequest, type);
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> UserAsync(HttpContext context, string user, Profiles profiles)
    {
        var caller = context.Caller();
        if (await profiles.FindAsync(user, caller.UserId, context.RequestAborted) is not { UserId: { } id } profile)
            return (Refused)HubErrors.UserNotFound;

        var json = new JsonObject
        {
            ["_id"] = id,
            ["avatarUrl"] = PersonJson.Avatar(id),
            ["isPro"] = false,
            ["fullname"] = FullName(profile),
            // Not "name" as well: the Rust client takes the two for one field, and fails on both.
            ["user"] = profile.Name,
            ["type"] = "user",
        };
        if (profile.MachineOf is not null)
            json["isService"] = true;
        await CountAsync(json, profile, caller, profiles, context.RequestAborted);
        foreach (var count in (string[])["numDiscussions", "numPapers", "numUpvotes", "numLikes", "numFollowing", "numFollowers"])
            json[count] = 0;
        json["isFollowing"] = false;
        json["createdAt"] = HubTime.Write(profile.CreatedAt);
        // Who is in an organization is for those who are logged in.
        var organizations = caller.Kind == CallerKind.Person ? await profiles.OrganizationsAsync(id, context.RequestAborted) : [];
        json["orgs"] = new JsonArray([.. organizations.Select(link => (JsonNode)new JsonObject
        {
            ["id"] = link.Id,
            ["name"] = link.Name,
            ["fullname"] = link.FullName.Length > 0 ? link.FullName : link.Name,
            ["avatarUrl"] = PersonJson.Avatar(link.Id!),
        })]);
        return TypedResults.Ok(json);
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> OrganizationAsync(HttpContext context, string owner, Profiles profiles)
    {
        var caller = context.Caller();
        if (await profiles.FindAsync(owner, caller.UserId, context.RequestAborted) is not { OrganizationId: { } id } profile)
            return (Refused)HubErrors.OrganizationNotFound;

        var json = new JsonObject
        {
            ["_id"] = id,
            ["avatarUrl"] = PersonJson.Avatar(id),
            ["name"] = profile.Name,
            ["fullname"] = FullName(profile),
            ["type"] = "org",
            ["isVerified"] = false,
            ["isFollowing"] = false,
        };
        if (caller.Kind == CallerKind.Person)
            json["numUsers"] = (await profiles.MembersAsync(id, context.RequestAborted)).Count;
        await CountAsync(json, profile, caller, profiles, context.RequestAborted);
        json["numFollowers"] = 0;
        return TypedResults.Ok(json);
    }

    private static async Task<Results<Ok<JsonArray>, Refused>> NobodyAsync(HttpContext context, string user, Profiles profiles) =>
        await profiles.FindAsync(user, null, context.RequestAborted) is { UserId: not null }
            ? TypedResults.Ok(new JsonArray())
            : (Refused)HubErrors.UserNotFound;

    private static async Task<Results<Ok<JsonArray>, Refused>> NobodyFollowsAsync(HttpContext context, string owner, Profiles profiles) =>
        await profiles.FindAsync(owner, null, context.RequestAborted) is { OrganizationId: not null }
            ? TypedResults.Ok(new JsonArray())
            : (Refused)HubErrors.OrganizationNotFound;

    private static async Task CountAsync(JsonObject json, Profile profile, Caller caller, Profiles profiles, CancellationToken cancellationToken)
    {
        var counts = await profiles.CountAsync(profile, caller, cancellationToken);
        json["numModels"] = counts.GetValueOrDefault(RepositoryType.Model);
        json["numDatasets"] = counts.GetValueOrDefault(RepositoryType.Dataset);
        json["numSpaces"] = counts.GetValueOrDefault(RepositoryType.Space);
    }

    private static string FullName(Profile profile) => profile.FullName.Length > 0 ? profile.FullName : profile.Name;
}
