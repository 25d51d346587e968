using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>The root files that anyone may read on a gated repository: the card and the licence, spelled exactly so, at the tip of the default branch.</summary>
internal static class PublicFiles
{
    private static readonly string[] Names = [CardReader.FileName, "LICENSE", "LICENSE.md", "LICENSE.txt"];

    public static IReadOnlyList<TreePath> Paths { get; } = [.. Names.Select(TreePath.Parse)];

    /// <summary>
    /// Whether the request is for such a file. Writers choose the names in every other revision, so only the tip of the default branch counts, where
    /// <see cref="PublicNames"/> watches over them. An LFS object or a link under such a name is content like any other. A missing file may be reported as missing.
    /// On a private repository these files are open only to those who may see it, and not to a token without the right to read there.
    /// </summary>
    public static bool IsAsked(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (Array.IndexOf(Names, name) < 0 || context.Features.Get<IRepositoryFeature>() is not { MayReadCard: true } repository)
            return false;
        return RevisionRoute.Read(context, repository, RequestPieces.AfterRoute(context), nameRevision: false) is { AtDefaultTip: true, Found: { } asked }
            && asked.Path.Value == name
            && context.RequestServices.GetRequiredService<RepositoryFiles>().Find(repository.Git, asked.Commit, asked.Path)
                is null or { Lfs: null, Entry.Kind: GitEntryKind.File or GitEntryKind.Executable };
    }
}
