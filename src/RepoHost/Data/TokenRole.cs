namespace RepoHost.Data;

/// <summary>What a token may do for its person (contract 9.2). Stored as numbers: never renumber.</summary>
internal enum TokenRole
{
    Read = 0,
    Write = 1,
    FineGrained = 2,
}
