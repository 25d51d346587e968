using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What a list was asked for, as the rows of the database spell it. All must hold.</summary>
/// <param name="Words">Of each, one must be there (<see cref="CatalogTerm.Term"/>).</param>
/// <param name="Author">The namespace in lower case.</param>
/// <param name="Parts">Of the name, in lower case.</param>
internal sealed record ListConditions(IReadOnlyList<IReadOnlyList<string>> Words, string? Author, IReadOnlyList<string> Parts)
{
    /// <summary>The first and the last of the words of which one must be there; null for no such condition.</summary>
    public (string First, string Last)? Between { get; private init; }

    public static ListConditions Of(RepositoryQuery query)
    {
        var words = new List<IReadOnlyList<string>>();
        if (query.Task is { } task)
            words.Add([CatalogTerms.Task(task)]);
        foreach (var library in query.Libraries.Distinct(StringComparer.Ordinal))
        {
            // A model's library is always one of its tags.
            words.Add(query.Type == RepositoryType.Model ? [CatalogTerms.Tag(library)] : [CatalogTerms.Tag(library), CatalogTerms.Library(library)]);
        }

        foreach (var tag in query.Tags.Distinct(StringComparer.Ordinal))
            words.Add([CatalogTerms.Tag(tag)]);
        foreach (var group in query.AnyTags)
            words.Add([.. group.Distinct(StringComparer.Ordinal).Select(CatalogTerms.Tag)]);
        if (query.Gated is { } gated)
            words.Add([CatalogTerms.Gated(gated)]);
        var parts = query.Search.Select(AccountNames.Key).Distinct(StringComparer.Ordinal);
        return new(words, query.Author is { } author ? AccountNames.Key(author) : null, [.. parts])
        {
            Between = query.Parameters is { } range ? (CatalogTerms.Parameters(range.Least), CatalogTerms.Parameters(range.Most)) : null,
        };
    }
}
