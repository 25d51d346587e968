using System.Text;
using RepoHost.Git;

namespace RepoHost.Lfs;

internal enum ScannedKind
{
    File,
    Executable,
}

/// <param name="Source">The file to read.</param>
/// <param name="Hash">What it must hold, where that is known.</param>
internal sealed record ScannedFile(TreePath Path, string Source, ScannedKind Kind, long Length, HubCacheHash Hash);

/// <summary>
/// The files of a folder, by ordinal path. Links are followed inside a <see cref="HubCache"/>, and refused everywhere else: taken as they are they would be files of a few
/// bytes. Left out is what is named <c>.git</c>, which is another repository's business, and what huggingface_hub keeps beside a download.
/// </summary>
internal static class FolderScan
{
    private static readonly TreePath DownloadNotes = TreePath.Parse(".cache/huggingface");

    public static List<ScannedFile> Read(string folder, HubCache? cache)
    {
        var found = new List<ScannedFile>();
        var open = new Stack<(DirectoryInfo Folder, TreePath Path)>([(new DirectoryInfo(folder), TreePath.Root)]);
        while (open.TryPop(out var next))
        {
            foreach (var entry in next.Folder.EnumerateFileSystemInfos())
            {
                if (entry.Name.Equals(".git", StringComparison.OrdinalIgnoreCase))
                    continue;
                // The runtime gives each byte that is no UTF-8 as U+FFFD, and then finds no such file.
                if (entry.Name.Contains('\ufffd', StringComparison.Ordinal) && !Path.Exists(entry.FullName) && entry.LinkTarget is null)
                    throw new ImportException($"The name of {entry.FullName} is not UTF-8. Rename it, or commit the folder with git and import that repository.");
                if (!next.Path.TryAppend(PathSpelling.Read(Encoding.UTF8.GetBytes(entry.Name)), out var path))
                    throw new ImportException($"The path of {entry.FullName} is too long for a repository.");
                if (entry.LinkTarget is { } target)
                    found.Add(Follow(entry.FullName, target, path, cache));
                else if (entry is DirectoryInfo inner && path != DownloadNotes)
                    open.Push((inner, path));
                else if (entry is FileInfo file)
                    found.Add(new ScannedFile(path, file.FullName, IsExecutable(file) ? ScannedKind.Executable : ScannedKind.File, file.Length, cache?.HashOf(path.Value, default) ?? default));
            }
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Path.Value, b.Path.Value));
        return found;
    }

    public static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    private static ScannedFile Follow(string link, string target, TreePath path, HubCache? cache)
    {
        if (cache is null)
        {
            throw new ImportException(
                $"{link} is a link to {target}. Links are followed in a Hugging Face cache only. Put the file in its place, or commit the folder with git and import that repository. Nothing was imported.");
        }

        var (file, hash) = cache.Follow(link);
        return new ScannedFile(path, file.FullName, ScannedKind.File, file.Length, cache.HashOf(path.Value, hash));
    }

    private static bool IsExecutable(FileInfo file) => !OperatingSystem.IsWindows() && (file.UnixFileMode & UnixFileMode.UserExecute) != 0;
}
