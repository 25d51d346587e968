using GateMiddleware.Rejection;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating.Commits;

/// <summary>
/// What a commit changes in the tree it stands on. Operations are ordered, the last one of a path wins; at the end nothing is a file and a folder at once.
/// </summary>
internal sealed class CommitTree(GitRepository repository, GitOid? parent)
{
    private readonly Dictionary<TreePath, CommitOperation> files = [];
    private readonly HashSet<TreePath> removedFolders = [];

    /// <summary>The paths of <see cref="files"/>, so that those in one folder are found without a look at the others.</summary>
    private readonly SortedSet<string> names = new(StringComparer.Ordinal);

    /// <summary>Files and links that this commit writes.</summary>
    public IEnumerable<CommitOperation> Writes => files.Values.Where(operation => operation is not DeleteFile);

    /// <summary>What is to be deleted before anything is written: whole folders, and single files.</summary>
    public IEnumerable<TreePath> Deletes => removedFolders.Concat(files.Values.OfType<DeleteFile>().Select(operation => operation.Path));

    /// <summary>Null, or why the operation can't be done.</summary>
    public Refusal? Add(CommitOperation operation)
    {
        switch (operation)
        {
            case DeleteFolder:
                return RemoveFolder(operation.Path) ? null : Missing(operation.Path);
            // Clients call a folder a file here when its name has no slash at the end; the Hub deletes it.
            case DeleteFile when !HasFile(operation.Path):
                return RemoveFolder(operation.Path) ? null : Missing(operation.Path);
            case not DeleteFile when PathSpelling.HoldsBytes(operation.Path.Value) && !HasFile(operation.Path):
                return HubErrors.BadRequest(
                    $"{operation.Path} holds characters of U+EF80 to U+EFFF, which stand for bytes that are not UTF-8. Files that have such names can be replaced and deleted; give a new file another name.");
            default:
                files[operation.Path] = operation;
                names.Add(operation.Path.Value);
                return null;
        }
    }

    /// <summary>The operation that decides about a path; null if the commit leaves it alone, which may also mean that its folder is removed.</summary>
    public CommitOperation? Find(TreePath path) => files.GetValueOrDefault(path);

    /// <summary>What the parent has at a path, unless this commit removes the folder around it.</summary>
    public GitEntry? FindInParent(TreePath path) => parent is { } commit && !IsInRemovedFolder(path) ? repository.Find(commit, path) : null;

    /// <summary>Null, or which path would be a file and a folder. Replacing a whole folder by a file is never meant by writing the file alone.</summary>
    public Refusal? FindConflict(CancellationToken cancellationToken)
    {
        var seen = new HashSet<TreePath>();
        foreach (var operation in Writes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (HasFilesIn(operation.Path))
                return HubErrors.BadRequest($"{operation.Path} is a folder, so it can't become a file. Delete the folder first, in the same commit if you like.");
            for (var folder = operation.Path.Parent; !folder.IsRoot && seen.Add(folder); folder = folder.Parent)
            {
                if (HasFile(folder))
                    return HubErrors.BadRequest($"{folder} is a file, so nothing can be put into it. Delete the file first, in the same commit if you like.");
            }
        }

        return null;
    }

    private static Refusal Missing(TreePath path) => HubErrors.FileNotFound with { Message = $"{HubErrors.FileNotFound.Message}: {path}" };

    private bool HasFile(TreePath path) => files.TryGetValue(path, out var operation)
        ? operation is not DeleteFile
        : FindInParent(path) is { Kind: not GitEntryKind.Directory };

    /// <summary>Only what the parent has there: files of this commit are looked at from their own side.</summary>
    private bool HasFilesIn(TreePath folder) =>
        FindInParent(folder) is { Kind: GitEntryKind.Directory }
        && repository.Walk(parent!.Value, folder).Index().Any(walked => walked.Index >= GitRepository.LongestWalk || IsKept(walked.Item));

    private bool IsKept(GitEntry entry) =>
        entry.Kind != GitEntryKind.Directory && !IsInRemovedFolder(entry.Path) && files.GetValueOrDefault(entry.Path) is not DeleteFile;

    private bool RemoveFolder(TreePath folder)
    {
        // '0' is the character behind '/'.
        var written = names.GetViewBetween(folder.Value + "/", folder.Value + "0")
            .Where(name => name.Length > folder.Value.Length + 1).Select(TreePath.Parse).ToArray();
        var inParent = FindInParent(folder) is { Kind: GitEntryKind.Directory };
        if (!inParent && !written.Any(path => files[path] is not DeleteFile))
            return false;
        foreach (var path in written)
        {
            files.Remove(path);
            names.Remove(path.Value);
        }

        removedFolders.Add(folder);
        return true;
    }

    private bool IsInRemovedFolder(TreePath path)
    {
        if (removedFolders.Count == 0)
            return false;
        for (var folder = path; !folder.IsRoot; folder = folder.Parent)
        {
            if (removedFolders.Contains(folder))
                return true;
        }

        return false;
    }
}
