namespace RepoHost.Data;

/// <summary>
/// A word that lists are narrowed by. The columns that lists are ordered by, and the scope, are copies of the repository's, so that one index finds the rows of
/// a word in their order.
/// </summary>
internal sealed class CatalogTerm
{
    public required string RepositoryId { get; set; }

    /// <summary>As <see cref="CatalogTerms"/> spells it.</summary>
    public required string Term { get; set; }
    public RepositoryType Type { get; set; }

    /// <summary><see cref="Repository.Scope"/>.</summary>
    public required string Scope { get; set; }
    public DateTimeOffset LastModified { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string NameKey { get; set; }
}
