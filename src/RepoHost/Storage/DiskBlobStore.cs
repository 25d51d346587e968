using Microsoft.Extensions.Options;

namespace RepoHost.Storage;

internal sealed class DiskBlobStore(IOptions<StorageOptions> options, FileHandleCache handles, TimeProvider time) : IBlobStore
{
    public ValueTask<BlobWriteResult> WriteAsync(Stream content, string? expectedSha256, long? expectedSize, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{options} {handles} {time}");
    public ValueTask<BlobLease?> TryOpenAsync(string sha256, CancellationToken cancellationToken) => throw new NotImplementedException();
    public ValueTask<long?> LengthAsync(string sha256, CancellationToken cancellationToken) => throw new NotImplementedException();
    public ValueTask<bool> DeleteAsync(string sha256, CancellationToken cancellationToken) => throw new NotImplementedException();
}
