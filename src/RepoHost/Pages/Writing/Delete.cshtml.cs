using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Pages.Files;

namespace RepoHost.Pages.Writing;

/// <summary>Takes a file out of a branch, after asking once more. Earlier commits still hold it.</summary>
[PageAccess(RouteAccess.Write)]
internal sealed class DeleteModel(PageCommits commits) : WritingPage(commits)
{
    /// <summary>The blob that was to be deleted when the page was opened.</summary>
    [BindProperty]
    public string? Blob { get; set; }

    public override string UsualSummary => $"Delete {FilePath.Name}";

    public IActionResult OnGet()
    {
        var (entry, other) = Find();
        Blob = entry?.Oid.ToString();
        return other ?? Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var (entry, other) = Find();
        if (entry is null)
            return other!;
        if (entry.Oid.ToString() != Blob)
        {
            Response.StatusCode = StatusCodes.Status412PreconditionFailed;
            ModelState.Remove(nameof(Blob));
            ModelState.AddModelError("", "Somebody has changed the file since you opened this page. Look at it first, then delete it if you still want to.");
            Blob = entry.Oid.ToString();
            return Page();
        }

        if (await CommitAsync(Commit, new DeleteFile(FilePath)) is null)
            return Page();
        // The folder goes with its last file.
        var folder = FilePath.Parent;
        while (!folder.IsRoot && Git.FindRef(RefName.Heads + Branch) is { } tip && Git.Find(tip, folder) is null)
            folder = folder.Parent;
        Notify($"{VisibleText.Of(FilePath.Name)} was deleted.");
        return new SeeOtherResult(Links.Tree(Record, Branch!, folder.Value));
    }

    private (GitEntry? Entry, IActionResult? Other) Find()
    {
        if (FindBranch() is { } missing)
            return (null, missing);
        if (IsEmpty || Git.Find(Commit, FilePath) is not { } entry)
            return (null, NoPath());
        return entry.IsBlob ? (entry, null) : (null, new SeeOtherResult(Links.Tree(Record, Branch!, FilePath.Value)));
    }
}
