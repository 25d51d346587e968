using Microsoft.Win32.SafeHandles;

namespace RepoHost.Storage;

/// <summary>An open file that others may be reading too: read at positions, and dispose the lease instead of the handle.</summary>
internal sealed class BlobLease : IDisposable
{
    private Action? release;

    internal BlobLease(SafeFileHandle file, long length, Action release)
    {
        File = file;
        Length = length;
        this.release = release;
    }

    public SafeFileHandle File { get; }
    public long Length { get; }

    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}
