namespace RepoHost.Storage;

internal sealed class FileHandleCache(int capacity) : IDisposable
{
    public BlobLease? TryOpen(string path) => throw new NotImplementedException(path + capacity);
    public void Forget(string path) => throw new NotImplementedException(path);

    public void Dispose()
    {
    }
}
