namespace RepoHost.Data;

/// <summary>How many bytes a repository holds, and how many it may. One row for each repository.</summary>
internal sealed class RepositoryUsage
{
    public required string RepositoryId { get; set; }

    /// <summary>Of Git's objects as they are stored: packs with their indexes, and loose objects.</summary>
    public long GitBytes { get; set; }

    /// <summary>The sum of the sizes of its <see cref="LfsObject"/> rows.</summary>
    public long LfsBytes { get; set; }

    /// <summary>The limit of this repository; null: the server's own, <see cref="NoLimit"/>: none.</summary>
    public long? BytesLimit { get; set; }

    /// <summary>When <see cref="GitBytes"/> was last counted on the disk; null for never.</summary>
    public DateTimeOffset? CountedAt { get; set; }

    /// <summary>What stands in a limit's column for "no limit", so that comparing is enough.</summary>
    public const long NoLimit = long.MaxValue;
}
