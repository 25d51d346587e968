using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace RepoHost.Storage;

/// <summary>fsync of folders: a file that was flushed is found after a power loss only if the folder that names it was flushed too (fsync(2), notes).</summary>
internal static class DurableFolder
{
    private const int ReadOnly = 0;

    /// <summary>Creates what is missing of the folder, and makes each new name durable.</summary>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder);
        if (parent is not null)
            Create(parent);
        Directory.CreateDirectory(folder);
        if (parent is not null)
            Flush(parent);
    }

    public static void Flush(string folder)
    {
        // Windows writes folder changes through its journal and offers no such call.
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = NativeOpen(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (descriptor < 0)
            throw new IOException($"The folder {folder} can't be opened.", new Win32Exception(Marshal.GetLastPInvokeError()));
        try
        {
            if (NativeFlush(descriptor) != 0)
                throw new IOException($"The folder {folder} can't be flushed.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            _ = NativeClose(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeOpen(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeFlush(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeClose(int descriptor);
}
