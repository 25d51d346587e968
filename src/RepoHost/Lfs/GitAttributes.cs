using RepoHost.Git;

namespace RepoHost.Lfs;

internal sealed class GitAttributes
{
    /// <summary>The <c>.gitattributes</c> of a new repository.</summary>
    public const string DefaultText = "";

    /// <summary>Folder ("" for the root) -> text of its <c>.gitattributes</c>.</summary>
    public static GitAttributes Parse(IEnumerable<KeyValuePair<TreePath, string>> textsByFolder) => throw new NotImplementedException();
    public static GitAttributes Parse(string rootText) => throw new NotImplementedException();

    /// <summary>Those that count for the paths given, read from a commit.</summary>
    public static GitAttributes Read(GitRepository repository, GitOid commit, IEnumerable<TreePath> paths) => throw new NotImplementedException();
    public bool IsLfs(TreePath path) => throw new NotImplementedException();
}
