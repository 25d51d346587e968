using System.Text;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Listing;

/// <summary>What a list of repositories was asked for, as its address spells it: the words of the Hub's own lists.</summary>
internal sealed record ListingQuery
{
    private const int LongestWord = 200;
    private const int LongestCursor = 600;
    private const int MostWords = 10;
    private const int MostFilters = 20;

    /// <summary>Words of the name, separated by blanks; all must be there.</summary>
    public string Search { get; init; } = "";

    public string? Author { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    public string? Task { get; init; }

    public string? Library { get; init; }

    public bool? Gated { get; init; }

    public RepositorySort Sort { get; init; }

    public string? Cursor { get; init; }

    public bool IsFiltered => Search.Length > 0 || Author is not null || Filters.Count > 0 || Task is not null || Library is not null || Gated is not null;

    public static ListingQuery Read(IQueryCollection query) => new()
    {
        Search = Word(query["search"]) ?? "",
        Author = Word(query["author"]),
        Filters = [.. query.List("filter").SelectMany(f => f.Split(',')).Where(f => f.Length is > 0 and <= LongestWord).Distinct().Take(MostFilters)],
        Task = Word(query["pipeline_tag"]),
        Library = Word(query["library"]),
        Gated = string.IsNullOrEmpty(query["gated"]) ? null : QueryValues.IsTrue(query["gated"]),
        Sort = (string?)query["sort"] switch
        {
            "createdAt" or "created" => RepositorySort.CreatedAt,
            "id" or "name" => RepositorySort.Name,
            _ => RepositorySort.LastModified,
        },
        Cursor = Word(query["cursor"]),
    };

    public RepositoryQuery Ask(RepositoryType type, Caller caller, int limit) => RepositoryQuery.By(type, caller) with
    {
        Search = [.. Search.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MostWords)],
        Author = Author,
        Tags = Filters,
        Task = Task,
        Libraries = Library is null ? [] : [Library],
        Gated = Gated,
        Sort = Sort,
        Limit = limit,
        Cursor = Cursor,
    };

    /// <summary>What stands behind the list's address; empty for everything, in the usual order.</summary>
    public string ToAddress()
    {
        var address = new StringBuilder();
        Append(address, "search", Search);
        Append(address, "author", Author);
        foreach (var filter in Filters)
            Append(address, "filter", filter);
        Append(address, "pipeline_tag", Task);
        Append(address, "library", Library);
        Append(address, "gated", Gated switch { true => "true", false => "false", null => null });
        Append(address, "sort", SortWord(Sort));
        Append(address, "cursor", Cursor);
        return address.ToString();
    }

    public static string? SortWord(RepositorySort sort) => sort switch
    {
        RepositorySort.CreatedAt => "createdAt",
        RepositorySort.Name => "id",
        _ => null,
    };

    private static void Append(StringBuilder address, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            address.Append(address.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }

    /// <summary>A cursor may be longer than what people type.</summary>
    private static string? Word(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > LongestCursor ? null : text.Trim();
}
