namespace RepoHost.Data;

/// <summary>What stands at README.md of the default branch's tip. Stored as numbers: never renumber.</summary>
internal enum CatalogCard
{
    None = 0,
    Readable = 1,
    Unreadable = 2,
}
