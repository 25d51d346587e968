using Microsoft.Extensions.Options;

namespace RepoHost.Git;

/// <summary>The bare repositories under one folder: <c>{root}/{first two hex of id}/{id}.git</c>.</summary>
internal sealed class GitRepositories(IOptions<GitOptions> options, TimeProvider time) : IDisposable
{
    public GitRepository Open(string repositoryId) => throw new NotImplementedException(repositoryId + options + time);
    public GitRepository Create(string repositoryId) => throw new NotImplementedException(repositoryId);
    public void Delete(string repositoryId) => throw new NotImplementedException(repositoryId);
    public bool Exists(string repositoryId) => throw new NotImplementedException(repositoryId);

    /// <summary>The folder of the bare repository, for the git program.</summary>
    public string PathOf(string repositoryId) => throw new NotImplementedException(repositoryId);

    public void Dispose()
    {
    }
}
