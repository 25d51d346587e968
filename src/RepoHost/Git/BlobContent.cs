namespace RepoHost.Git;

/// <summary>A blob read once from front to back, in bounded memory.</summary>
internal sealed class BlobContent(Stream stream, long size) : IDisposable
{
    public Stream Stream { get; } = stream;
    public long Size { get; } = size;

    public void Dispose() => Stream.Dispose();
}
