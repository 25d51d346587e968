namespace RepoHost.Data;

/// <summary>Two or three characters that follow each other in a repository's name key, so that a search for a part of a name reads few rows.</summary>
internal sealed class CatalogGram
{
    public required string RepositoryId { get; set; }
    public required string Gram { get; set; }
}
