using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Storage;

namespace RepoHost.Hub;

/// <summary>
/// <c>GET</c> and <c>HEAD /{repo}/resolve/{revision}/{path}</c>, and <c>/raw/</c> beside it: the files themselves (contract 3.1, 3.2).
/// When a handler runs, the gate has been passed; HEAD, ranges and conditions included.
/// </summary>
internal static partial class ResolveEndpoints
{
    /// <summary>The root files that stay open on a gated repository, spelled exactly so (contract 6.2).</summary>
    private static readonly string[] PublicFiles = ["README.md", "LICENSE", "LICENSE.md", "LICENSE.txt"];

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapResolve(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var id = HubRoutes.WebId(type);
        routes.MapMethods($"{id}/resolve/{{**rest}}", Methods, ResolveAsync).WithAccess(RouteAccess.ReadContent, type, IsPublicFile);
        routes.MapMethods($"{id}/raw/{{**rest}}", Methods, RawAsync).WithAccess(RouteAccess.ReadContent, type);

        // A one-part id is legal to ask for (contract 1.2); no repository here has one.
        var onePart = HubRoutes.WebOnePartId(type);
        routes.MapMethods($"{onePart}/resolve/{{**rest}}", Methods, HubRoutes.NeverReached).WithAccess(RouteAccess.ReadContent, type);
        routes.MapMethods($"{onePart}/raw/{{**rest}}", Methods, HubRoutes.NeverReached).WithAccess(RouteAccess.ReadContent, type);
    }

    /// <summary>
    ///  1 the revision and the path that the address names
    ///  2 the entry there: a git blob, or a pointer to an LFS object
    ///  3 for an LFS object: this repository was given it, and its bytes are there
    ///  4 headers, and the bytes that were asked for
    /// </summary>
    private static async Task ResolveAsync(HttpContext context, RepositoryFiles files, LfsBindings bindings, IBlobStore blobs)
    {
        // 1
        var repository = context.Repository();
        var route = RevisionRoute.Read(context, repository, nameRevision: false);
        if (route.Found is not { } asked)
        {
            await new Refused(route.Refusal!).ExecuteAsync(context);
            return;
        }

        // 2
        var file = files.Find(repository.Git, asked.Commit, asked.Path);
        if (file is null || !IsFile(file.Entry))
        {
            await NoEntryAsync(context, asked);
            return;
        }

        if (file.Lfs is not { } pointer)
        {
            await WriteBlobAsync(context, repository, asked, file.Entry);
            return;
        }

        // 3
        if (!await bindings.IsBoundAsync(repository.Record.Id, pointer.Oid, context.RequestAborted))
        {
            await NoEntryAsync(context, asked);
            return;
        }

        using var lease = await blobs.TryOpenAsync(pointer.Oid.ToString(), context.RequestAborted);
        if (lease is null || lease.Length != pointer.Size)
            throw new GitCorruptException(repository.Record.Id, $"LFS object {pointer.Oid} of {pointer.Size} bytes is {(lease is null ? "not there" : $"{lease.Length} bytes long")}");

        // 4
        var etag = $"\"{pointer.Oid}\"";
        await ContentAnswer.WriteAsync(context, Describe(repository, asked, pointer.Size, etag, linkedETag: etag), lease.File);
    }

    /// <summary>The git blob as it is: for an LFS file the pointer's text.</summary>
    private static async Task RawAsync(HttpContext context)
    {
        var repository = context.Repository();
        var route = RevisionRoute.Read(context, repository, nameRevision: false);
        if (route.Found is not { } asked)
            await new Refused(route.Refusal!).ExecuteAsync(context);
        else if (repository.Git.Find(asked.Commit, asked.Path) is { } entry && IsFile(entry))
            await WriteBlobAsync(context, repository, asked, entry);
        else
            await NoEntryAsync(context, asked);
    }

    private static async Task WriteBlobAsync(HttpContext context, IRepositoryFeature repository, AskedPath asked, GitEntry entry)
    {
        var description = Describe(repository, asked, entry.Size, $"\"{entry.Oid}\"", linkedETag: null);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            ContentAnswer.Begin(context, description);
        }
        else if (repository.Git.ReadSmallBlob(entry.Oid) is { } bytes)
        {
            await ContentAnswer.WriteAsync(context, description, bytes);
        }
        else
        {
            using var file = await repository.Git.OpenBlobFileAsync(entry.Oid, context.RequestAborted);
            await ContentAnswer.WriteAsync(context, description, file);
        }
    }

    private static ContentDescription Describe(IRepositoryFeature repository, AskedPath asked, long size, string etag, string? linkedETag) =>
        new(asked.Path.Name, size, etag, asked.Commit.ToString(), linkedETag, Guarded: repository.Record.Private || repository.Policy.Mode != GateMiddleware.Policy.GateMode.Open);

    /// <summary>The commit goes along so that the Python client remembers the absence of an optional file (contract 2.3, trap T23).</summary>
    private static Task NoEntryAsync(HttpContext context, AskedPath asked)
    {
        context.Response.Headers["X-Repo-Commit"] = asked.Commit.ToString();
        return new Refused(HubErrors.EntryNotFound).ExecuteAsync(context);
    }

    /// <summary>A link is answered as the text that it is, never followed (threat row 40); a submodule has no content here.</summary>
    private static bool IsFile(GitEntry entry) => entry.Kind is GitEntryKind.File or GitEntryKind.Executable or GitEntryKind.Symlink;

    /// <summary>
    /// The card and the licence are open, also to nobody; but only as text of the repository's own: an LFS object under such a name is content like any other.
    /// </summary>
    private static bool IsPublicFile(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (Array.IndexOf(PublicFiles, name) < 0 || context.Features.Get<IRepositoryFeature>() is not { } repository)
            return false;
        var files = context.RequestServices.GetRequiredService<RepositoryFiles>();
        return RevisionRoute.Read(context, repository, nameRevision: false).Found is { } asked
            && asked.Path.Value == name
            && files.Find(repository.Git, asked.Commit, asked.Path) is null or { Lfs: null, Entry.Kind: GitEntryKind.File or GitEntryKind.Executable };
    }
}
