using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Pages.Files;

namespace RepoHost.Pages.Writing;

/// <summary>A page that commits to a branch.</summary>
internal abstract class WritingPage(PageCommits commits) : RevisionPage
{
    public const int LongestSummary = 500;
    public const int LongestDescription = 10_000;

    /// <summary>The first line of the commit's message; empty for the page's own.</summary>
    [BindProperty]
    public string? Summary { get; set; }

    [BindProperty]
    public string? Description { get; set; }

    /// <summary>What the message says when the person says nothing.</summary>
    public abstract string UsualSummary { get; }

    /// <summary>Reads the branch and the path that the address names. Null when it is a branch, else the page that says what is wrong.</summary>
    protected IActionResult? FindBranch()
    {
        if (FindRevision() is { } missing)
            return missing;
        return Branch is not null ? null : Refuse(new Refusal(
            400, null, $"\"{VisibleText.Of(Revision)}\" is a tag or a commit. Files can be changed on branches only.", HttpContext.RequestServices.GetRequiredService<GatedRepositories>().PageOf(Record)));
    }

    /// <summary>Commits, or says in ModelState why not.</summary>
    /// <returns>The commit; null when there is none.</returns>
    protected async Task<GitOid?> CommitAsync(GitOid? parent, params IReadOnlyList<CommitOperation> operations)
    {
        if (!CheckMessage())
            return null;
        if (CommitTarget.Find(Git, Branch!) is not { } target)
        {
            ModelState.AddModelError("", $"The branch {VisibleText.Of(Branch!)} is not there any more.");
            return null;
        }

        var outcome = await commits.CommitAsync(HttpContext, target, string.IsNullOrWhiteSpace(Summary) ? UsualSummary : Summary, Description, parent, operations);
        if (outcome.Refusal is { } refusal)
        {
            Response.StatusCode = refusal.Status;
            ModelState.AddModelError("", refusal.Message);
        }

        if (outcome.Warnings.Count > 0)
            Notify("Committed. Please repair when you can: " + string.Join(" ", outcome.Warnings));
        return outcome.Commit;
    }

    private bool CheckMessage()
    {
        if (Summary is { } summary && (summary.Length > LongestSummary || summary.Any(char.IsControl)))
            ModelState.AddModelError(nameof(Summary), $"The commit message's first line has {LongestSummary} characters at most and no line breaks.");
        if (Description is { } description && (description.Length > LongestDescription || description.Contains('\0', StringComparison.Ordinal)))
            ModelState.AddModelError(nameof(Description), $"The description has {LongestDescription} characters at most.");
        return ModelState.IsValid;
    }
}
