namespace RepoHost.Accounts;

/// <summary>Where nothing can read cards: lists show names, and no tags.</summary>
internal sealed class NoRepositoryIndex : IRepositoryIndex
{
    public Task IndexAsync(string repositoryId, CancellationToken cancellationToken) => Task.CompletedTask;
}
