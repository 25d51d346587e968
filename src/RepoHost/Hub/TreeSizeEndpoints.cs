using System.Text.Json.Nodes;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary><c>GET …/treesize/{revision}/{path}</c>: how many bytes a folder brings. Sizes are as public as the names of the files.</summary>
internal static class TreeSizeEndpoints
{
    public static void MapTreeSize(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapMethods($"{HubRoutes.ApiId(type)}/treesize/{{**rest}}", HubRoutes.GetAndHead, SizeAsync).WithAccess(RouteAccess.SeeRepository, type);

    private static async Task<Results<Ok<JsonObject>, Refused>> SizeAsync(HttpContext context, RepositoryFiles files, FileListTurns turns)
    {
        var repository = context.Repository();
        var route = RevisionRoute.Read(context, repository, RequestPieces.AfterRoute(context), nameRevision: true);
        if (route.Found is not { } asked)
            return (Refused)route.Refusal!;
        var git = repository.Git;
        if (!asked.Path.IsRoot && git.Find(asked.Commit, asked.Path) is not { Kind: GitEntryKind.Directory })
            return (Refused)HubErrors.EntryNotFound;

        var (bytes, walked) = (0L, 0);
        using (await turns.TakeAsync(context.RequestAborted))
        {
            foreach (var entry in git.Walk(asked.Commit, asked.Path))
            {
                context.RequestAborted.ThrowIfCancellationRequested();
                if (++walked > GitRepository.LongestWalk)
                {
                    const int Most = GitRepository.LongestWalk;
                    return (Refused)new Refusal(422, null, $"There are more than {Most} files and folders, too many to be added up. Ask for a smaller folder.", null);
                }

                if (entry.Kind is not (GitEntryKind.Directory or GitEntryKind.Submodule))
                    bytes += files.Describe(git, entry).Size;
            }
        }

        context.Response.Headers["X-Repo-Commit"] = asked.Commit.ToString();
        return TypedResults.Ok(new JsonObject { ["path"] = asked.Path.IsRoot ? "/" : asked.Path.Value, ["size"] = bytes });
    }
}
