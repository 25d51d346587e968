namespace RepoHost.Data;

/// <summary>How many bytes a person has brought into a repository that they may not write to, with all their pull requests there.</summary>
internal sealed class ProposedBytes
{
    public required string RepositoryId { get; set; }
    public required string UserId { get; set; }
    public long Bytes { get; set; }
}
