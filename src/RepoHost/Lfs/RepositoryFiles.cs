using RepoHost.Git;

namespace RepoHost.Lfs;

internal sealed class RepositoryFiles
{
    public RepositoryFile? Find(GitRepository repository, GitOid commit, TreePath path) => throw new NotImplementedException();
    public RepositoryFile Describe(GitRepository repository, GitEntry entry) => throw new NotImplementedException();
}
