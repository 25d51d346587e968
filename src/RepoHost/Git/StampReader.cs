using System.Runtime.InteropServices;
using System.Text;

namespace RepoHost.Git;

/// <summary>
/// Reads the stamp of one file or folder again and again: one system call with nothing allocated where <c>statx</c> is to be had, since every download looks at
/// two or three ref files; <see cref="FileInfo"/> elsewhere.
/// </summary>
internal sealed partial class StampReader(string path)
{
    // linux/stat.h and fcntl.h; the layout of struct statx is the same on all architectures.
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7ff;
    private const int BufferBytes = 256;
    private const int ModeOffset = 28, InodeOffset = 32, SizeOffset = 40, ChangedOffset = 96, ModifiedOffset = 112;
    private const int FileTypeMask = 0xF000, RegularFile = 0x8000, Folder = 0x4000;
    private const int NoSuchFile = 2, NotAFolder = 20;

    private static bool _statxIsMissing = !OperatingSystem.IsLinux();

    private readonly byte[] _path = [.. Encoding.UTF8.GetBytes(path), 0];

    /// <summary>Null if there is no such file; throws <see cref="IOException"/> when that can't be told: doubt must not look like absence.</summary>
    public FileStamp? Read() => ReadByStatxOrNothing(RegularFile, out var stamp) ? stamp
        : new FileInfo(path) is { Exists: true } file ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks, 0, 0, file.LastWriteTimeUtc) : null;

    /// <summary>The same of a folder, whose stamp changes with the names in it.</summary>
    public FileStamp? ReadFolder() => ReadByStatxOrNothing(Folder, out var stamp) ? stamp
        : new DirectoryInfo(path) is { Exists: true } folder ? new FileStamp(0, folder.LastWriteTimeUtc.Ticks, 0, 0, folder.LastWriteTimeUtc) : null;

    /// <summary>False where there is no statx.</summary>
    private bool ReadByStatxOrNothing(int type, out FileStamp? stamp)
    {
        stamp = null;
        if (!_statxIsMissing)
        {
            try
            {
                stamp = ReadByStatx(type);
                return true;
            }
            catch (EntryPointNotFoundException)
            {
                _statxIsMissing = true;
            }
        }

        return false;
    }

    private unsafe FileStamp? ReadByStatx(int type)
    {
        var buffer = stackalloc byte[BufferBytes];
        int result;
        fixed (byte* name = _path)
            result = Statx(CurrentFolder, name, 0, BasicStats, buffer);
        if (result != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoSuchFile or NotAFolder ? null : throw new IOException($"{path} can't be looked at: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        if ((*(ushort*)(buffer + ModeOffset) & FileTypeMask) != type)
            return null;
        var seconds = *(long*)(buffer + ModifiedOffset);
        var nanoseconds = *(uint*)(buffer + ModifiedOffset + 8);
        return new FileStamp(
            *(long*)(buffer + SizeOffset),
            (seconds * 1_000_000_000) + nanoseconds,
            (*(long*)(buffer + ChangedOffset) * 1_000_000_000) + *(uint*)(buffer + ChangedOffset + 8),
            *(ulong*)(buffer + InodeOffset),
            DateTime.UnixEpoch.AddSeconds(seconds).AddTicks(nanoseconds / 100));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int Statx(int folder, byte* path, int flags, uint mask, byte* buffer);
}
