namespace RepoHost.Data;

/// <summary>A former name of a repository; requests for it are redirected (contract 1.2).</summary>
internal sealed class RepositoryRedirect
{
    public RepositoryType Type { get; set; }
    public required string NameKey { get; set; }
    public required string RepositoryId { get; set; }
}
