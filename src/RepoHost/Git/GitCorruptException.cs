namespace RepoHost.Git;

/// <summary>A repository on disk is broken: an object that should be there is missing or can't be read.</summary>
internal sealed class GitCorruptException(string repositoryId, string message, Exception? cause = null)
    : Exception($"Repository {repositoryId}: {message}", cause)
{
    public string RepositoryId { get; } = repositoryId;
}
