using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Pages.Files;

/// <summary>All branches, tags and pull requests of a repository, with a search.</summary>
[PageAccess(RouteAccess.SeeRepository)]
internal sealed class RefsModel : RepositorySitePage
{
    private const int PageSize = 100;

    public string? Search { get; private set; }

    /// <summary>From 0.</summary>
    public int Number { get; private set; }

    public bool HasMore { get; private set; }

    public int Total { get; private set; }

    /// <summary>The word for what it is, and the ref.</summary>
    public IReadOnlyList<(string Kind, GitRef Ref)> Refs { get; private set; } = [];

    public IActionResult OnGet(string? search)
    {
        Search = search is { Length: > 0 and <= 200 } ? search.Trim() : null;
        var refs = Repository.Git.Refs();
        var found = refs.Branches.OrderByDescending(r => r.Name == DefaultBranch).Select(r => ("branch", r))
            .Concat(refs.Tags.Select(r => ("tag", r)))
            .Concat(refs.Converts.Select(r => ("conversion", r)))
            .Concat(refs.PullRequests.Select(r => ("pull request", r)))
            .Where(r => Search is null || r.r.Name.Contains(Search, StringComparison.OrdinalIgnoreCase) || r.r.FullName.Equals(Search, StringComparison.Ordinal))
            .ToList();
        Total = found.Count;
        Number = Math.Clamp(Request.Query.Number("p") ?? 0, 0, found.Count / PageSize);
        (Refs, HasMore) = ([.. found.Skip(Number * PageSize).Take(PageSize)], found.Count > (Number + 1) * PageSize);
        return Page();
    }

    /// <summary>What addresses call it: names that only their family makes clear are written in full.</summary>
    public string NameOf(string kind, GitRef found) =>
        kind == "branch" || (kind == "tag" && Repository.Git.FindRef(RefName.Heads + found.Name) is null) ? found.Name : found.FullName;

    public string AddressOf(int number) =>
        $"{Links.Refs(Record)}?{(Search is null ? "" : $"search={Uri.EscapeDataString(Search)}&")}p={number}";
}
