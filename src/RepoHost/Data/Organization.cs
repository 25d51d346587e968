namespace RepoHost.Data;

/// <summary>A group of people that owns repositories.</summary>
internal sealed class Organization
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    public string FullName { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>What a new repository is when whoever makes it doesn't say.</summary>
    public bool PrivateByDefault { get; set; }

    /// <summary>
    /// No repository was ever made here or moved here, so nobody pulls from this name, and it is free again when the organization is deleted. False for
    /// organizations from before this was kept.
    /// </summary>
    public bool NeverPublished { get; set; }
    /// <summary>The row is kept so that nobody takes the name: nothing else is left of it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>How many bytes its repositories may have together; null: the server's own limit, <see cref="RepositoryUsage.NoLimit"/>: none.</summary>
    public long? BytesLimit { get; set; }

    /// <summary>How many repositories it may own, in the same way.</summary>
    public long? RepositoriesLimit { get; set; }

    public List<Membership> Members { get; } = [];
}
