using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Pages.Files;

/// <summary>One row of a folder.</summary>
/// <param name="Last">The commit that last touched it; null when that is too far back to be found at once.</param>
internal sealed record TreeRow(RepositoryFile File, GitCommit? Last)
{
    public GitEntry Entry => File.Entry;

    public bool IsFolder => Entry.Kind == GitEntryKind.Directory;
}

/// <summary>A folder of a revision. Names, sizes and titles of commits stay public on a gated repository.</summary>
[PageAccess(RouteAccess.SeeRepository)]
internal sealed class TreeModel(RepositoryFiles files) : RevisionPage
{
    private const int PageSize = 1000;

    /// <summary>The commit whose folder is listed.</summary>
    public GitOid Listed { get; private set; }

    public IReadOnlyList<TreeRow> Rows { get; private set; } = [];

    /// <summary>The commit at which this folder was last changed; of the whole repository the revision's own.</summary>
    public GitCommit? Latest { get; private set; }

    /// <summary>Where the next page of the folder begins; null on the last one.</summary>
    public string? Next { get; private set; }

    /// <summary>Not the first page.</summary>
    public bool Continued { get; private set; }

    public IActionResult OnGet()
    {
        if (FindRevision() is { } missing)
            return missing;
        if (IsEmpty)
            return Page();
        if (!FilePath.IsRoot && Git.Find(Commit, FilePath) is not { Kind: GitEntryKind.Directory })
            return Git.Find(Commit, FilePath) is { IsBlob: true } ? new SeeOtherResult(Links.Blob(Record, Revision, FilePath.Value)) : NoPath();

        (Listed, var after) = (Commit, (TreePath?)null);
        if (PageLink.Unpack(Request.Query["cursor"], 2) is [var at, var last] && GitOid.TryParse(at, out var pinned) && TreePath.TryParse(last, out var lastPath)
            && RevisionName.TryParse(at, out var name) && Git.ResolveRevision(name) == pinned)
            // A page belongs to the commit that the first page was of, whatever the branch has become since.
            (Listed, after, Continued) = (pinned, lastPath, true);

        var (entries, more) = EntryPage.Take(Git.Walk(Listed, FilePath, after, recursive: false), PageSize);
        if (more)
            Next = PageLink.Pack(Listed.ToString(), entries[^1].Path.Value);

        var lasts = Git.LastCommits(Listed, [.. entries.Select(entry => entry.Path)], LookBack.Glance);
        Rows = [.. entries.Select(entry => new TreeRow(files.Describe(Git, entry), lasts.GetValueOrDefault(entry.Path)))];
        Latest = FilePath.IsRoot ? Git.ReadCommit(Commit) : Git.LastCommits(Commit, [FilePath], LookBack.Glance).GetValueOrDefault(FilePath) ?? Git.ReadCommit(Commit);
        return Page();
    }
}
