using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>The root files that stay open on a gated repository, spelled exactly so (contract 6.2): the card and the licence, also to nobody.</summary>
internal static class PublicFiles
{
    private static readonly string[] Names = [CardReader.FileName, "LICENSE", "LICENSE.md", "LICENSE.txt"];

    /// <summary>
    /// Whether the request's route names one, in whatever revision; but only as text of the repository's own: an LFS object or a link under such a name is
    /// content like any other. A file that is not there may be told to be missing.
    /// </summary>
    public static bool IsAsked(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (Array.IndexOf(Names, name) < 0 || context.Features.Get<IRepositoryFeature>() is not { } repository)
            return false;
        return RevisionRoute.Read(context, repository, RequestPieces.AfterRoute(context), nameRevision: false).Found is { } asked
            && asked.Path.Value == name
            && context.RequestServices.GetRequiredService<RepositoryFiles>().Find(repository.Git, asked.Commit, asked.Path)
                is null or { Lfs: null, Entry.Kind: GitEntryKind.File or GitEntryKind.Executable };
    }
}
