using System.Text;
using RepoHost.Storage;

namespace RepoHost.Git;

/// <summary>
/// A bare repository of its own, whose objects are not yet part of the repository that it was opened for but which sees that one's: new objects come here, are
/// looked at, and are moved over or thrown away. What lies here is not to be reached by any request.
/// </summary>
internal sealed class Quarantine : IDisposable
{
    // What is moved over is flushed then, file by file; what is thrown away need not be.
    private const string Config = """
        [core]
        	repositoryformatversion = 0
        	bare = true
        	bigFileThreshold = 8m
        	fsync = none
        [gc]
        	auto = 0
        [fastimport]
        	unpackLimit = 0

        """;

    // 12 bytes of header and 20 of hash: a pack without objects, as a push of what is there already brings.
    private const int EmptyPack = 32;

    private static readonly TimeSpan LeftoverLife = TimeSpan.FromDays(1);

    private readonly string target;
    private readonly Action close;

    private Quarantine(string target, string folder, GitRepository git, Action close)
    {
        this.target = target;
        this.close = close;
        Folder = folder;
        Git = git;
    }

    /// <summary>For the git program.</summary>
    public string Folder { get; }

    /// <summary>Reads the new objects and those of the repository; its refs are the quarantine's own.</summary>
    public GitRepository Git { get; }

    /// <param name="target">The bare repository's folder.</param>
    public static Quarantine Open(string target, TimeProvider time, Func<string, GitRepository> read, Action<string> forget)
    {
        var all = Path.Combine(target, "quarantine");
        RemoveLeftovers(all, time);
        var folder = Path.Combine(all, Guid.NewGuid().ToString("N"));
        try
        {
            Write(folder);
        }
        catch
        {
            // A full disk, say: nobody would come back for what there is.
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            throw;
        }

        return new Quarantine(target, folder, read(folder), () => forget(folder));
    }

    private static void Write(string folder)
    {
        foreach (var name in (ReadOnlySpan<string>)["objects/info", "objects/pack", "refs/heads"])
            Directory.CreateDirectory(Path.Combine(folder, name));
        File.WriteAllText(Path.Combine(folder, "config"), Config.ReplaceLineEndings("\n"));
        File.WriteAllText(Path.Combine(folder, "objects", "info", "alternates"), "../../../objects\n", new UTF8Encoding(false));
        File.WriteAllText(Path.Combine(folder, "HEAD"), "ref: refs/heads/main\n");
    }

    /// <summary>Makes the objects durable where they are. May take long, so it comes before the lock; <see cref="Adopt"/> needs it.</summary>
    public void Flush()
    {
        var objects = new DirectoryInfo(Path.Combine(Folder, "objects"));
        foreach (var file in objects.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Directory!.Name != "info"))
        {
            // Git makes these files read-only; fsync(2) asks for no right to write.
            using var handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(handle);
        }
    }

    /// <summary>How much the repository grows by <see cref="Adopt"/>.</summary>
    public long CountBytes()
    {
        var (from, to) = (Path.Combine(Folder, "objects"), Path.Combine(target, "objects"));
        var packed = Packs(Path.Combine(from, "pack")).SelectMany(FilesOf).Where(file => !File.Exists(Path.Combine(to, "pack", file.Name)));
        var loose = LooseFolders(from).SelectMany(fan => fan.EnumerateFiles().Where(file => !File.Exists(Path.Combine(to, fan.Name, file.Name))));
        return packed.Concat(loose).Sum(file => file.Length);
    }

    /// <summary>Moves all objects into the repository. The move is durable when it returns; a ref may then point at them.</summary>
    public void Adopt()
    {
        var (from, to) = (Path.Combine(Folder, "objects"), Path.Combine(target, "objects"));
        AdoptPacks(Path.Combine(from, "pack"), Path.Combine(to, "pack"));
        foreach (var fan in LooseFolders(from))
        {
            var into = Path.Combine(to, fan.Name);
            DurableFolder.Create(into);
            foreach (var file in fan.EnumerateFiles())
                Move(file.FullName, Path.Combine(into, file.Name));
            DurableFolder.Flush(into);
        }
    }

    public void Dispose()
    {
        close();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The repository was deleted meanwhile, and this with it.
        }
    }

    /// <summary>The index last: a pack is used from the moment its index is there (git's tmp-objdir.c does the same).</summary>
    private static void AdoptPacks(string from, string to)
    {
        var packs = Packs(from).ToArray();
        foreach (var file in packs.SelectMany(FilesOf))
            Move(file.FullName, Path.Combine(to, file.Name));

        if (packs.Length > 0)
            DurableFolder.Flush(to);
    }

    private static IEnumerable<FileInfo> Packs(string folder) => new DirectoryInfo(folder).GetFiles("pack-*.pack").Where(pack => pack.Length > EmptyPack);

    private static IEnumerable<FileInfo> FilesOf(FileInfo pack) =>
        ((string[])[".pack", ".rev", ".idx"]).Select(extension => new FileInfo(Path.ChangeExtension(pack.FullName, extension))).Where(file => file.Exists);

    private static IEnumerable<DirectoryInfo> LooseFolders(string objects) =>
        new DirectoryInfo(objects).EnumerateDirectories().Where(folder => folder.Name.Length == 2);

    private static void Move(string from, string to)
    {
        // Of the same name, so of the same content: names of objects and packs are hashes.
        if (File.Exists(to))
            return;
        File.Move(from, to);
    }

    /// <summary>A killed server leaves one behind; younger ones may be another node's.</summary>
    private static void RemoveLeftovers(string all, TimeProvider time)
    {
        if (!Directory.Exists(all))
            return;
        foreach (var folder in new DirectoryInfo(all).EnumerateDirectories())
        {
            if (time.GetUtcNow() - folder.LastWriteTimeUtc <= LeftoverLife)
                continue;
            try
            {
                folder.Delete(recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another request was faster.
            }
        }
    }
}
