using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.SmartHttp;

/// <summary>
/// Git over HTTP, the smart protocol alone: a fetch passes the gate like any download, a push needs the right to write, or a pull
/// request of one's own. There is no dumb protocol: no file of a repository has an address.
/// </summary>
internal static class GitEndpoints
{
    public const string UploadPack = "git-upload-pack";
    public const string ReceivePack = "git-receive-pack";

    public static void MapGit(this IEndpointRouteBuilder routes)
    {
        foreach (var type in Enum.GetValues<RepositoryType>())
        {
            // Remotes are written with and without ".git".
            foreach (var suffix in (string[])["", ".git"])
                Map(routes, $"/{type.Prefix()}{{{RouteAccessMetadata.Namespace}}}/{{{RouteAccessMetadata.Name}}}{suffix}", type);
        }
    }

    private static void Map(IEndpointRouteBuilder routes, string id, RepositoryType type)
    {
        routes.MapGet($"{id}/info/refs", (HttpContext context, GitFetch fetch) => fetch.AdvertiseAsync(context, UploadPack))
            .WhenQuery("service", UploadPack).WithAccess(RouteAccess.ReadContent, type, format: RefusalFormat.Text);
        routes.MapGet($"{id}/info/refs", async (HttpContext context, GitFetch fetch, PushedRefs refs) =>
        {
            if (await refs.RefuseAsync(context) is { } refusal)
                await RefusalWriter.WriteAsync(context, refusal, RefusalFormat.Text);
            else
                await fetch.AdvertiseAsync(context, ReceivePack);
        })
            .WhenQuery("service", ReceivePack).WithAccess(RouteAccess.Contribute, type, format: RefusalFormat.Text);
        routes.MapPost($"{id}/{UploadPack}", (HttpContext context, GitFetch fetch) => fetch.UploadPackAsync(context))
            .WithAccess(RouteAccess.ReadContent, type, format: RefusalFormat.Text);
        routes.MapPost($"{id}/{ReceivePack}", (HttpContext context, GitPush push) => push.ReceivePackAsync(context))
            .WithMetadata(new DisableRequestSizeLimitAttribute()).WithAccess(RouteAccess.Contribute, type, format: RefusalFormat.Text);
    }
}
