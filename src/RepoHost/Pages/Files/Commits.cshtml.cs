using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Pages.Files;

/// <summary>The history of a revision, or of one file or folder in it. Titles, names and dates are public where the repository is; mail addresses are never shown.</summary>
[PageAccess(RouteAccess.SeeRepository)]
internal sealed class CommitsModel(GitQuestions questions, CommitAuthors authors) : RevisionPage
{
    private const int PageSize = 50;

    /// <summary>Further back, every page would cost a walk through the whole history.</summary>
    private const int MostPages = 400;

    public override string Word => "commits";

    public IReadOnlyList<GitCommit> Commits { get; private set; } = [];

    /// <summary>Accounts here by authors' addresses.</summary>
    public IReadOnlyDictionary<string, string> Accounts { get; private set; } = new Dictionary<string, string>();

    /// <summary>From 0.</summary>
    public int Number { get; private set; }

    public bool HasMore { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (FindRevision() is { } missing)
            return missing;
        if (IsEmpty)
            return Page();

        Number = Math.Clamp(Request.Query.Number("p") ?? 0, 0, MostPages);
        // A path that is not there any more has a history all the same.
        var found = FilePath.IsRoot
            ? Git.Commits(Commit, Number * PageSize, PageSize + 1)
            : await questions.HistoryAsync(TransferLimits.Key(HttpContext), Git, Commit, FilePath, Number * PageSize, PageSize + 1, cancellationToken);
        if (found is null)
            return TooMuch("git log -- path");
        if (found.Count == 0 && Number == 0)
            return NoPath();

        (Commits, HasMore) = ([.. found.Take(PageSize)], found.Count > PageSize && Number < MostPages);
        Accounts = await authors.AccountsAsync(Commits.Select(commit => commit.AuthorEmail), cancellationToken);
        return Page();
    }
}
