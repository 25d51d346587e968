using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Pages.Files;

/// <summary>A page about a revision of a repository, or about something in it.</summary>
internal abstract class RevisionPage : RepositorySitePage
{
    private const int LongestShown = 200;

    /// <summary>As the address calls it: links of the page stay at it.</summary>
    public string Revision { get; private set; } = "";

    public GitOid Commit { get; private set; }

    /// <summary>The root for pages about all of the revision.</summary>
    public TreePath FilePath { get; private set; }

    /// <summary>Where the page's way to other branches and tags leads: the word after the repository's name.</summary>
    public virtual string Word => "tree";

    /// <summary>Nothing has been committed yet, and the address is about the branch that will come.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Its name when the revision is a branch, to which commits can be added.</summary>
    public string? Branch { get; private set; }

    /// <summary>The caller may commit to what they are looking at.</summary>
    public bool MayCommit => Branch is not null && MayWrite;

    public GitRepository Git => Repository.Git;

    /// <summary>Reads the revision and the path that the address names. Null when they are there, else the page that says which of them is not.</summary>
    protected IActionResult? FindRevision()
    {
        var route = RevisionRoute.Read(HttpContext, Repository, RequestPieces.AfterRoute(HttpContext), nameRevision: false);
        Revision = route.Revision ?? "";
        if (route.Found is { } found)
        {
            (Commit, FilePath) = (found.Commit, found.Path);
            Branch = BranchOf(Revision);
            return null;
        }

        if (Repository.Card.Tip is null && (Revision == DefaultBranch || Revision is "HEAD" or ""))
        {
            (IsEmpty, Revision, Branch) = (true, DefaultBranch, DefaultBranch);
            FilePath = TreePath.TryParse(string.Join('/', (RequestPieces.AfterRoute(HttpContext) ?? []).Skip(1)).TrimEnd('/'), out var path) ? path : TreePath.Root;
            return null;
        }

        return route.KnownCommit is null ? NoRevision() : NoPath();
    }

    protected IActionResult NoRevision() => Revision.Length == 0
        ? Missing("RevisionNotFound", $"The address names no branch, tag or commit of {Record.FullName}.")
        : Missing("RevisionNotFound", $"{Record.FullName} has no branch, tag or commit \"{Shorten(Revision)}\".");

    protected IActionResult NoPath() => FilePath.IsRoot
        ? Missing("EntryNotFound", $"The address names no file of {Record.FullName}.")
        : Missing("EntryNotFound", $"There is no \"{Shorten(FilePath.Value)}\" at \"{Shorten(Revision)}\" in {Record.FullName}.");

    /// <summary>What git was asked for takes longer than a page may.</summary>
    protected static IActionResult TooMuch(string instead) =>
        Refuse(new Refusal(503, null, $"This takes longer to find out than a page may take, or the server is busy. Try again, or clone the repository and use: {instead}", null));

    private IActionResult Missing(string code, string sentence) =>
        Refuse(new Refusal(404, code, VisibleText.Of(sentence), HttpContext.RequestServices.GetRequiredService<GatedRepositories>().PageOf(Record)));

    private string? BranchOf(string revision) =>
        CommitTarget.Find(Git, revision) is { PullRequest: null } target && Git.FindRef(target.FullName) == Commit ? target.Branch : null;

    private static string Shorten(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";
}
