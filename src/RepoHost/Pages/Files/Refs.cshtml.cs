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

    private readonly List<(string Kind, GitRef Ref)> shown = [];

    public string? Search { get; private set; }

    /// <summary>From 0.</summary>
    public int Number { get; private set; }

    public bool HasMore { get; private set; }

    public int Total { get; private set; }

    /// <summary>The word for what it is, and the ref.</summary>
    public IReadOnlyList<(string Kind, GitRef Ref)> Refs => shown;

    public IActionResult OnGet(string? search)
    {
        Search = search is { Length: > 0 and <= 200 } ? search.Trim() : null;
        var names = Repository.Git.RefNames();
        var found = names.Under(RefName.Heads, RefName.Heads + DefaultBranch).Select(r => ("branch", r))
            .Concat(names.Under(RefName.Tags).Select(r => ("tag", r)))
            .Concat(names.Under(RefName.Converts).Select(r => ("conversion", r)))
            .Concat(names.Under(RefName.PullRequests).Select(r => ("pull request", r)))
            .Where(r => Search is null || RefName.Short(r.r.Key).Contains(Search, StringComparison.OrdinalIgnoreCase) || r.r.Key.Equals(Search, StringComparison.Ordinal))
            .ToList();
        Total = found.Count;
        Number = Math.Clamp(Request.Query.Number("p") ?? 0, 0, found.Count / PageSize);
        HasMore = found.Count > (Number + 1) * PageSize;
        // Only what is shown is looked up: a tag is an object of its own.
        foreach (var (kind, name) in found.Skip(Number * PageSize).Take(PageSize))
        {
            if (Repository.Git.Peel(name) is { } peeled)
                shown.Add((kind, peeled));
        }

        return Page();
    }

    /// <summary>What addresses call it: names that only their family makes clear are written in full.</summary>
    public string NameOf(string kind, GitRef found) =>
        kind == "branch" || (kind == "tag" && Repository.Git.FindRef(RefName.Heads + found.Name) is null) ? found.Name : found.FullName;

    public string AddressOf(int number) =>
        $"{Links.Refs(Record)}?{(Search is null ? "" : $"search={Uri.EscapeDataString(Search)}&")}p={number}";
}
