using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Pages.Files;

/// <summary>A file that a commit changed, with what git does not tell: whether its bytes are in LFS.</summary>
internal sealed record ShownChange(FileChange Change, RepositoryFile? Old, RepositoryFile? New)
{
    public bool IsLfs => Old?.Lfs is not null || New?.Lfs is not null;
}

/// <summary>
/// What one commit changed. That is content, so it passes the gate; HEAD of the address is the Hub's own route, which older Python clients ask and which is open
/// to whoever sees the repository (contract 14.1).
/// </summary>
[PageAccess(RouteAccess.ReadContent, GetOnly = true)]
internal sealed class CommitModel(GitQuestions questions, CommitAuthors authors, RepositoryFiles files) : RevisionPage
{
    private static readonly DiffLimits Limits = new();

    public override string Word => "commits";

    public GitCommit Shown { get; private set; } = null!;

    public CommitDiff Diff { get; private set; } = null!;

    public IReadOnlyList<ShownChange> Changes { get; private set; } = [];

    /// <summary>The author's account here, if the commit names it.</summary>
    public string? Account { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (FindRevision() is { } missing)
            return missing;
        if (IsEmpty || !FilePath.IsRoot)
            return IsEmpty ? NoRevision() : NoPath();

        Shown = Git.ReadCommit(Commit);
        if (await questions.DiffAsync(TransferLimits.Key(HttpContext), Git, Shown, Limits, cancellationToken) is not { } diff)
            return TooMuch($"git show {Commit}");

        Diff = diff;
        Changes = [.. diff.Files.Select(change => new ShownChange(change, Describe(change.Old), Describe(change.New)))];
        Account = (await authors.AccountsAsync([Shown.AuthorEmail], cancellationToken)).Values.FirstOrDefault();
        return Page();
    }

    private RepositoryFile? Describe(FileSide? side) => side is null ? null
        : side.Kind == GitEntryKind.Submodule || !TreePath.TryParse(side.Path, out var path) ? new(new(side.Kind, side.Oid, TreePath.Root, 0), null)
        : files.Describe(Git, new(side.Kind, side.Oid, path, Git.BlobSize(side.Oid)));
}
