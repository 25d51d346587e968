using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>
/// The files that anyone may read on a gated repository, at the tip of the default branch: in the root the card and the licence, spelled exactly so, and the
/// paths that its authors have opened (<see cref="OpenFiles"/>).
/// </summary>
internal static class PublicFiles
{
    private static readonly string[] Names = [CardReader.FileName, "LICENSE", "LICENSE.md", "LICENSE.txt"];

    private static readonly TreePath[] Always = [.. Names.Select(TreePath.Parse)];

    public static IReadOnlyList<TreePath> Of(RepositoryRecord record) => record.OpenFiles is null ? Always : [.. Always.Union(OpenFiles.Of(record).Paths)];

    /// <summary>
    /// Whether the request is for such a file. Writers choose the names in every other revision, so only the tip of the default branch counts, where
    /// <see cref="PublicNames"/> watches over them. A link under such a name is content like any other, and so is an LFS object, unless its path was opened
    /// by name. A missing file may be reported as missing. On a private repository these files are open only to those who may see it, and not to a token
    /// without the right to read there.
    /// </summary>
    public static bool IsAsked(HttpContext context)
    {
        if (context.Features.Get<IRepositoryFeature>() is not { MayReadCard: true } repository)
            return false;
        var path = context.Request.Path.Value!;
        if (repository.Record.OpenFiles is null && Array.IndexOf(Names, path[(path.LastIndexOf('/') + 1)..]) < 0)
            return false;
        if (RevisionRoute.Read(context, repository, RequestPieces.AfterRoute(context), nameRevision: false) is not { AtDefaultTip: true, Found: { } asked })
            return false;
        var opened = OpenFiles.Of(repository.Record).Contains(asked.Path);
        return (opened || Array.IndexOf(Always, asked.Path) >= 0)
            && context.RequestServices.GetRequiredService<RepositoryFiles>().Find(repository.Git, asked.Commit, asked.Path) is var file
            && (file is null || (file.Entry.Kind is GitEntryKind.File or GitEntryKind.Executable && (opened || file.Lfs is null)));
    }
}
