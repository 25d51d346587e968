namespace RepoHost.Accounts.Limits;

internal enum StorageLimitKind
{
    /// <summary>What one person without the right to write may bring into a repository.</summary>
    Proposer,

    /// <summary>What all people without the right to write may bring into a repository.</summary>
    Proposals,

    /// <summary>What the repository may hold.</summary>
    Repository,

    /// <summary>What all repositories of its owner may hold.</summary>
    Owner,
}

/// <summary>One limit, and how much of it is used. All in bytes.</summary>
/// <param name="Most"><see cref="Data.RepositoryUsage.NoLimit"/> for no limit.</param>
internal readonly record struct StorageShare(StorageLimitKind Kind, long Used, long Most)
{
    /// <summary>Never negative: a limit may have been set below what is there already.</summary>
    public long Room => Math.Max(0, Most - Used);
}
