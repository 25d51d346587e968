using System.Text.Json;
using GateMiddleware;
using GateMiddleware.Decisions;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

internal sealed record TreeLfs(string Oid, long Size, long PointerSize);

internal sealed record TreeCommit(string Id, string Title, DateTimeOffset Date);

/// <summary>One entry on the wire (contract 4.2). There is never a Xet hash: clients would switch protocol (section 5).</summary>
internal sealed record TreeItem(string Type, string Oid, long Size, TreeLfs? Lfs, string Path, TreeCommit? LastCommit);

/// <summary><c>GET …/tree/{revision}/{path}</c> and <c>POST …/paths-info/{revision}</c>. Public on a gated repository, with the LFS hashes masked.</summary>
internal static class TreeEndpoints
{
    private const int PageSize = 1000;
    private const int ExpandedPageSize = 50;
    private const int MaxPaths = 1000;
    private const int MaxPathsBody = 4 * 1024 * 1024;

    /// <summary>With content-addressed storage the hash is a handle: callers without access see its place only (contract 4.2, trap T33).</summary>
    private static readonly string MaskedOid = new('*', 64);

    public static void MapTree(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        routes.MapMethods($"{HubRoutes.ApiId(type)}/tree/{{**rest}}", HubRoutes.GetAndHead, Tree).WithAccess(RouteAccess.SeeRepository, type).AtLowPriority();
        routes.MapPost($"{HubRoutes.ApiId(type)}/paths-info/{{**rest}}", PathsInfoAsync).WithAccess(RouteAccess.SeeRepository, type).AtLowPriority().DisableAntiforgery();
    }

    public static bool MaySeeHashes(HttpContext context) => context.Features.Get<IGateFeature>() is { Decision.Verdict: AccessVerdict.Allowed };

    private static Results<Ok<TreeItem[]>, Refused> Tree(HttpContext context, RepositoryFiles files, PublicUrl publicUrl)
    {
        // It looks for files in this list by their hashes, and where those are masked it finds none and says so; a refusal it prints.
        if (ClientPrograms.NeedsHashes(context.Request) && context.Features.Get<IGateFeature>() is { Decision.IsAllowed: false } gate)
            return (Refused)Refusals.For(gate.Repository, gate.Decision);

        var repository = context.Repository();
        var route = RevisionRoute.Read(context, repository, RequestPieces.AfterRoute(context), nameRevision: true);
        if (route.Found is not { } asked)
            return (Refused)route.Refusal!;

        // A page belongs to the commit that the first page was of, whatever the branch has become since.
        var query = context.Request.Query;
        var (commit, after) = (asked.Commit, (TreePath?)null);
        if (PageLink.Unpack(query["cursor"], 2) is [var at, var last] && GitOid.TryParse(at, out var pinned) && TreePath.TryParse(last, out var lastPath)
            && RevisionName.TryParse(pinned.ToString(), out var pinnedName) && repository.Git.ResolveRevision(pinnedName) == pinned)
            (commit, after) = (pinned, lastPath);

        var git = repository.Git;
        if (!asked.Path.IsRoot && git.Find(commit, asked.Path) is not { Kind: GitEntryKind.Directory })
            return (Refused)HubErrors.EntryNotFound;

        var expand = query.Flag("expand");
        var size = Math.Clamp(query.Number("limit") ?? PageSize, 1, expand ? ExpandedPageSize : PageSize);
        var (entries, more) = EntryPage.Take(git.Walk(commit, asked.Path, after, recursive: query.Flag("recursive")), size);
        if (more)
            PageLink.Next(context, publicUrl, PageLink.Pack(commit.ToString(), entries[^1].Path.Value));

        context.Response.Headers["X-Repo-Commit"] = commit.ToString();
        return TypedResults.Ok(Describe(context, files, commit, entries, expand));
    }

    private static async Task<Results<Ok<TreeItem[]>, Refused>> PathsInfoAsync(HttpContext context, RepositoryFiles files)
    {
        var repository = context.Repository();
        var route = RevisionRoute.Read(context, repository, RequestPieces.AfterRoute(context), nameRevision: true);
        if (route.Found is not { } asked)
            return (Refused)route.Refusal!;
        if (!asked.Path.IsRoot)
            return (Refused)HubErrors.RevisionNotFound(string.Join('/', RequestPieces.AfterRoute(context)!));

        if (await ReadPathsAsync(context) is not { } body)
            return (Refused)HubErrors.Invalid("Expected a form paths=… or a JSON object {\"paths\": [\"…\"], \"expand\": true}", "paths");
        if (body.Paths.Count > MaxPaths)
            return (Refused)HubErrors.Invalid($"Too big: expected array to have <={MaxPaths} items", "paths");

        // In the order asked; what is not there is left out.
        var entries = body.Paths
            .Select(p => TreePath.TryParse(p.Trim('/'), out var path) ? repository.Git.Find(asked.Commit, path) : null)
            .OfType<GitEntry>().Where(e => !e.Path.IsRoot).ToList();
        return TypedResults.Ok(Describe(context, files, asked.Commit, entries, body.Expand));
    }

    private static TreeItem[] Describe(HttpContext context, RepositoryFiles files, GitOid commit, List<GitEntry> entries, bool expand)
    {
        var git = context.Repository().Git;
        var unmasked = MaySeeHashes(context);
        var commits = expand ? git.LastCommits(commit, [.. entries.Select(e => e.Path)]) : null;
        return [.. entries.Select(entry =>
        {
            var file = files.Describe(git, entry);
            return new TreeItem(
                entry.Kind == GitEntryKind.Directory ? "directory" : "file",
                entry.Oid.ToString(),
                entry.Kind == GitEntryKind.Directory ? 0 : file.Size,
                file.Lfs is { } lfs ? new(unmasked ? lfs.Oid.ToString() : MaskedOid, lfs.Size, entry.Size) : null,
                entry.Path.Value,
                commits is not null && commits.TryGetValue(entry.Path, out var last) ? new(last.Id.ToString(), last.Title, last.Date) : null);
        })];
    }

    /// <summary>The Python client sends a form, the JavaScript and Rust ones JSON (contract 4.3, trap T21).</summary>
    private static async Task<(IReadOnlyList<string> Paths, bool Expand)?> ReadPathsAsync(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return ([.. form["paths"].Concat(form["paths[]"]).OfType<string>()], QueryValues.IsTrue(form["expand"]));
        }

        using var body = await JsonBody.ReadAsync(context, MaxPathsBody);
        if (body?.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("paths", out var paths))
            return null;
        var list = paths.ValueKind switch
        {
            JsonValueKind.String => [JsonBody.Text(paths)],
            JsonValueKind.Array => paths.EnumerateArray().Select(JsonBody.Text).ToArray(),
            _ => null,
        };
        return list is null || list.Contains(null) ? null : (list!, root.TryGetProperty("expand", out var expand) && expand.ValueKind == JsonValueKind.True);
    }
}
