using RepoHost.Git;
using RepoHost.Storage;

namespace RepoHost.Lfs;

internal sealed class RepositoryImport(GitRepositories repositories, IBlobStore blobs, TimeProvider time)
{
    public Task<ImportSummary> ImportAsync(
        string repositoryId, string? folder, ImportAuthor author, IProgress<ImportStep>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{repositories}{blobs}{time}");
}
