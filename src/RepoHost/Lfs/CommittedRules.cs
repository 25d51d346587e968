using System.Text;
using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>The rule files of a commit.</summary>
internal static class CommittedRules
{
    /// <summary>What a folder of the commit says.</summary>
    public static FolderRules Read(GitRepository repository, GitOid? commit, TreePath folder, string fileName) =>
        new(folder.TryAppend(fileName, out var file) ? ReadText(repository, commit, file) : null, IsFolder(repository, commit, folder));

    public static bool IsFolder(GitRepository repository, GitOid? commit, TreePath folder) =>
        commit is { } at && repository.Find(at, folder) is { Kind: GitEntryKind.Directory };

    /// <summary>Null if there is no plain file; git does not follow a symlink there either.</summary>
    /// <exception cref="UnusableRulesException">It is over 256 KiB.</exception>
    public static string? ReadText(GitRepository repository, GitOid? commit, TreePath file)
    {
        if (commit is not { } at || repository.Find(at, file) is not { Kind: GitEntryKind.File or GitEntryKind.Executable } entry)
            return null;
        return repository.ReadSmallBlob(entry.Oid) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : throw UnusableRulesException.TooLarge(file);
    }
}
