using RepoHost.Data;

namespace RepoHost.Accounts.Limits;

/// <summary>When something fits. Nothing here knows a database or a request.</summary>
internal static class StorageRule
{
    /// <summary>The first of the limits that would be exceeded; null when all of them hold.</summary>
    /// <param name="adding">Adding nothing always fits, also where a limit was lowered below what is there: refs can still be moved and deleted.</param>
    public static StorageShare? FirstExceeded(IEnumerable<StorageShare> shares, long adding)
    {
        if (adding <= 0)
            return null;
        foreach (var share in shares)
        {
            if (adding > share.Room)
                return share;
        }

        return null;
    }

    /// <summary>How many bytes fit.</summary>
    public static long Room(IEnumerable<StorageShare> shares) => shares.Select(share => share.Room).DefaultIfEmpty(RepositoryUsage.NoLimit).Min();

    /// <summary>Too large even if nothing were used: sending it again later can't help.</summary>
    public static bool NeverFits(StorageShare share, long adding) => adding > share.Most;

    /// <summary>The limit that holds: one's own, else that of the configuration, where 0 is none.</summary>
    public static long Limit(long? own, long configured) => own ?? (configured == 0 ? RepositoryUsage.NoLimit : configured);
}
