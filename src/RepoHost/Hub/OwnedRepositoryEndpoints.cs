using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>All are read by <c>hf repos ls</c>; all but the last are mandatory there (huggingface_hub <c>RepoStorageInfo</c>).</summary>
internal sealed record OwnedRepositoryItem(string Id, string Type, DateTimeOffset UpdatedAt, string Visibility, long Storage, double StoragePercent);

/// <summary><c>GET /api/settings/repositories</c>: the caller's own, with their sizes; and those of an organization, for its members.</summary>
internal static class OwnedRepositoryEndpoints
{
    public static void MapOwnedRepositories(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/settings/repositories", HubRoutes.GetAndHead, MineAsync).WithAccess(RouteAccess.Person);
        routes.MapMethods($"{OrganizationEndpoints.One}/settings/repositories", HubRoutes.GetAndHead, OfOrganizationAsync)
            .WithAccess(RouteAccess.BelongToOrganization);
    }

    private static Task<Ok<OwnedRepositoryItem[]>> MineAsync(HttpContext context, OwnedRepositories owned, PublicUrl publicUrl) =>
        ListAsync(context, context.Caller().UserId!, owned, publicUrl);

    private static Task<Ok<OwnedRepositoryItem[]>> OfOrganizationAsync(HttpContext context, OwnedRepositories owned, PublicUrl publicUrl) =>
        ListAsync(context, context.Organization().Organization.Id, owned, publicUrl);

    private static async Task<Ok<OwnedRepositoryItem[]>> ListAsync(HttpContext context, string ownerId, OwnedRepositories owned, PublicUrl publicUrl)
    {
        var page = await owned.ListAsync(ownerId, context.Caller().Scopes, context.Request.Query["cursor"], context.RequestAborted);
        if (page.Next is { } next)
            PageLink.Next(context, publicUrl, next);
        return TypedResults.Ok(page.Items.Select(item => Item(item, page.TotalBytes)).ToArray());
    }

    private static OwnedRepositoryItem Item(OwnedRepository owned, long total) => new(
        owned.Record.FullName,
        owned.Record.Type.Singular(),
        owned.Record.LastModified,
        owned.Record.Private ? "private" : "public",
        owned.Bytes,
        total == 0 ? 0 : Math.Round(100.0 * owned.Bytes / total, 2));
}
