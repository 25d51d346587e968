using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>Deletes a repository with all that hangs on it: requests, grants, events, former names, LFS rows, and the bytes.</summary>
internal sealed partial class RepositoryRemoval(RepositoryCatalog catalog, GitRepositories repositories, LfsBindings bindings, LfsCollector collector, ILogger<RepositoryRemoval> logger)
{
    /// <summary>
    ///  1 no push is in the middle, and none begins: those that wait find the repository gone
    ///  2 the row, and all rows that name it; from here on nobody finds the repository, whatever becomes of the bytes
    ///  3 the bytes of Git
    ///  4 the LFS objects that no other repository was given
    /// </summary>
    /// <returns>False when it was deleted already.</returns>
    public async Task<bool> RemoveAsync(string repositoryId, CancellationToken cancellationToken)
    {
        // 1
        using var held = await RepositoryLock.TryAcquireAsync(repositories.PathOf(repositoryId), cancellationToken);
        var objects = await bindings.AllAsync(repositoryId, cancellationToken);

        // 2, and from here on it is not called off any more
        if (!await catalog.DeleteAsync(repositoryId, cancellationToken))
            return false;

        try
        {
            // 3
            repositories.Delete(repositoryId);

            // 4
            await collector.CollectAsync(objects, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.BytesLeft(logger, repositoryId, e);
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Repository {RepositoryId} is deleted, but not all of its bytes; they are out of reach, and take up space until they are removed by hand or by 'lfs prune'")]
        public static partial void BytesLeft(ILogger logger, string repositoryId, Exception cause);
    }
}
