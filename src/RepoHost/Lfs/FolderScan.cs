using RepoHost.Git;

namespace RepoHost.Lfs;

internal enum ScannedKind
{
    File,
    Executable,
    Symlink,
}

internal sealed record ScannedFile(TreePath Path, string Source, ScannedKind Kind, long Length);

/// <summary>
/// What a plain folder holds, by ordinal path: files and symlinks (never followed). Anything named <c>.git</c> is another repository's business.
/// </summary>
internal static class FolderScan
{
    public static List<ScannedFile> Read(string folder)
    {
        var found = new List<ScannedFile>();
        var open = new Stack<(DirectoryInfo Folder, TreePath Path)>([(new DirectoryInfo(folder), TreePath.Root)]);
        while (open.TryPop(out var next))
        {
            foreach (var entry in next.Folder.EnumerateFileSystemInfos())
            {
                if (entry.Name.Equals(".git", StringComparison.OrdinalIgnoreCase))
                    continue;
                if (!next.Path.TryAppend(entry.Name, out var path))
                    throw new ImportException($"The path of {entry.FullName} is too long for a repository.");
                if (entry.LinkTarget is { } target)
                    found.Add(new ScannedFile(path, target, ScannedKind.Symlink, 0));
                else if (entry is DirectoryInfo inner)
                    open.Push((inner, path));
                else if (entry is FileInfo file)
                    found.Add(new ScannedFile(path, file.FullName, IsExecutable(file) ? ScannedKind.Executable : ScannedKind.File, file.Length));
            }
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Path.Value, b.Path.Value));
        return found;
    }

    public static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    private static bool IsExecutable(FileInfo file) => !OperatingSystem.IsWindows() && (file.UnixFileMode & UnixFileMode.UserExecute) != 0;
}
