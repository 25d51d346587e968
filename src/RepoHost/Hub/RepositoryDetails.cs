using RepoHost.Accounts.Limits;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>Facts of a repository that are not in its row or its card. Null is what was not asked for, or is not known.</summary>
/// <param name="UsedStorage">Bytes that it holds, with all of its history.</param>
/// <param name="MainSize">Bytes of the files at its tip.</param>
internal sealed record RepositoryDetails(long? UsedStorage, long? MainSize)
{
    public static readonly RepositoryDetails None = new(null, null);
}

/// <summary>Looks up the facts that some keys show, and only those.</summary>
internal sealed class RepositoryDetailReader(StorageLimits limits, FileTotals totals)
{
    /// <summary>Whether the key shows something that is not in the rows that lists are made from.</summary>
    public static bool IsLookedUp(string key) => key is RepositoryFacts.UsedStorageKey or RepositoryFacts.MainSizeKey;

    /// <param name="commit">The tip; null where there is none.</param>
    public async Task<RepositoryDetails> ReadAsync(
        string repositoryId, Func<GitRepository> git, GitOid? commit, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var storage = keys.Contains(RepositoryFacts.UsedStorageKey) ? await limits.OfRepositoryAsync(repositoryId, cancellationToken) : null;
        var size = keys.Contains(RepositoryFacts.MainSizeKey) && commit is { } tip && totals.Of(git(), tip) is { More: false } total
            ? total.Bytes
            : (long?)null;
        return storage is null && size is null ? RepositoryDetails.None : new(storage?.Bytes, size);
    }
}
