using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>A guess which files go to LFS, from the attributes before the commit: it saves bytes a way. <see cref="CommitBuilder"/> decides, so here rules that can't be used say no.</summary>
internal sealed class ExpectedLfs(GitAttributes before)
{
    private bool given = true;

    public bool Contains(TreePath path)
    {
        try
        {
            return given && before.IsLfs(path);
        }
        catch (UnusableRulesException)
        {
            given = false;
            return false;
        }
    }
}
