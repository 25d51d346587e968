using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Text;
using RepoHost.Hosting;

namespace RepoHost.Data;

/// <summary>
/// Tells every process of this machine that something about a person or a repository has changed, at the price of one read of memory.
/// <para>
/// <c>{DataDirectory}/change-stamps</c> holds 4,096 counters of 64 bits, mapped into each process that works on the directory. A writer bumps after its commit
/// and before its answer. A reader takes the stamp before it reads the database and keeps it with what it caches; as long as the stamp is still the same the
/// cached copy is current. So <c>token revoke</c> or <c>user disable</c>, run beside a server, holds for the server's very next request although a warm
/// request asks no database. Two ids that share a counter only cost a needless read of the database.
/// </para>
/// <para>Nodes on other machines do not share this memory; what is cached about them there needs Redis (design 5).</para>
/// </summary>
internal sealed unsafe class ChangeStamps : IDisposable
{
    private const int Slots = 4096;
    private const int Size = Slots * sizeof(long);

    // The same person and repository id must not always meet in one slot.
    private const ulong UserSeed = 0xcbf29ce484222325;
    private const ulong RepositorySeed = 0x9ae16a3b2f90404f;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private long* counters;

    private ChangeStamps(MemoryMappedFile file)
    {
        this.file = file;
        view = file.CreateViewAccessor(0, Size, MemoryMappedFileAccess.ReadWrite);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        counters = (long*)(start + view.PointerOffset);
    }

    public static ChangeStamps Open(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        var path = Path.Combine(dataDirectory, "change-stamps");
        if (!Path.Exists(path))
            Create(path);

        if (Directory.Exists(path))
            throw new DataDirectoryException($"{path} is a folder, where the server keeps a file: move it away, and start again.");
        var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (stream.Length < Size)
        {
            stream.Dispose();
            throw new DataDirectoryException($"{path} is damaged: stop every process that uses this data directory, delete the file, and start again.");
        }

        return new ChangeStamps(MemoryMappedFile.CreateFromFile(
            stream, mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false));
    }

    public long OfUser(string userId) => Volatile.Read(ref Slot(userId, UserSeed));

    public long OfRepository(string repositoryId) => Volatile.Read(ref Slot(repositoryId, RepositorySeed));

    public void BumpUser(string userId) => Interlocked.Increment(ref Slot(userId, UserSeed));

    public void BumpRepository(string repositoryId) => Interlocked.Increment(ref Slot(repositoryId, RepositorySeed));

    public void Dispose()
    {
        if (counters is null)
            return;

        counters = null;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    /// <summary>Whole from the moment it has its name: a second process must never zero counters that the first already bumped. All bytes are
    /// written, since a hole in a mapped file kills the process when the disk is full.</summary>
    private static void Create(string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(temporary, new byte[Size]);
        try
        {
            if (OperatingSystem.IsWindows() || NativeLink(Encoding.UTF8.GetBytes(temporary + '\0'), Encoding.UTF8.GetBytes(path + '\0')) != 0)
                MoveUnlessThere(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Where there are no hard links. Elsewhere link(2) gives the name in one step: the runtime's own move asks and renames in two, and would replace a file
    /// that came in between.</summary>
    private static void MoveUnlessThere(string temporary, string path)
    {
        try
        {
            if (!File.Exists(path))
                File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeLink(byte[] existing, byte[] name);

    private ref long Slot(string id, ulong seed)
    {
        ObjectDisposedException.ThrowIf(counters is null, this);

        // FNV-1a with a last mix: string.GetHashCode differs from process to process.
        var hash = seed;
        foreach (var c in id)
            hash = (hash ^ c) * 0x100000001b3;
        hash ^= hash >> 32;
        return ref counters[hash % Slots];
    }
}
