namespace RepoHost.Git;

/// <summary>
/// The list of all refs, kept while nothing under <c>refs/</c> has changed. A ref is written by renaming a lock file to its name, which changes the folder's time: as
/// many looks as there are folders tell whether any of thousands of files is another one.
/// </summary>
/// <param name="folder">Of the repository.</param>
internal sealed class RefFolders(string folder, TimeProvider time)
{
    /// <summary>Two changes within one tick of the file system's clock look alike.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private readonly StampReader packedFile = new(Path.Combine(folder, "packed-refs"));
    private volatile Kept? kept;

    /// <summary>How many files have been read for lists, for tests.</summary>
    public long LooseRead { get; private set; }

    /// <param name="packed">Names and targets in <c>packed-refs</c>, read after the files: git packs a ref before it deletes the file.</param>
    /// <param name="read">A loose ref; null when it is broken or gone.</param>
    public RefSnapshot Now(Func<IEnumerable<KeyValuePair<string, GitOid>>> packed, Func<string, GitOid?> read)
    {
        if (kept is { } known && known.Packed == packedFile.Read() && known.Folders.TrueForAll(seen => seen.Folder.ReadFolder() == seen.Stamp))
            return known.Refs;

        // The stamps before the content: what changes in between has another stamp the next time.
        var (now, packedStamp) = (time.GetUtcNow().UtcDateTime, packedFile.Read());
        List<(StampReader Folder, FileStamp? Stamp)> folders = [];
        var found = new Dictionary<string, GitOid>(StringComparer.Ordinal);
        foreach (var name in LooseNames(folders))
        {
            LooseRead++;
            if (read(name) is { } oid)
                found[name] = oid;
        }

        foreach (var (name, oid) in packed())
            found.TryAdd(name, oid);

        var refs = new RefSnapshot(found);
        var settled = folders.TrueForAll(seen => seen.Stamp is { } stamp && now - stamp.ModifiedAt > Settled)
            && !(packedStamp is { } file && now - file.ModifiedAt <= Settled);
        kept = settled ? new Kept(refs, packedStamp, folders) : null;
        return refs;
    }

    private IEnumerable<string> LooseNames(List<(StampReader Folder, FileStamp? Stamp)> folders)
    {
        var waiting = new Stack<string>(["refs"]);
        while (waiting.TryPop(out var here))
        {
            var path = Path.Join(folder, here);
            var stamps = new StampReader(path);
            folders.Add((stamps, stamps.ReadFolder()));
            foreach (var entry in EntriesOf(path))
            {
                if (entry is DirectoryInfo && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                    waiting.Push($"{here}/{entry.Name}");
                else if (entry is FileInfo && RefName.IsValid($"{here}/{entry.Name}"))
                    yield return $"{here}/{entry.Name}";
            }
        }
    }

    private static FileSystemInfo[] EntriesOf(string path)
    {
        try
        {
            return new DirectoryInfo(path).GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            // pack-refs removed the emptied folder meanwhile; what was in it is in packed-refs now.
            return [];
        }
    }

    private sealed record Kept(RefSnapshot Refs, FileStamp? Packed, List<(StampReader Folder, FileStamp? Stamp)> Folders);
}
