namespace RepoHost.Storage;

/// <summary>
/// Content-addressed bytes: the name of a blob is the SHA-256 of its content, 64 lower-case hex digits. Anything else throws before a file is
/// touched.
/// </summary>
internal interface IBlobStore
{
    /// <summary>
    /// Stores the stream once it has been read to its end and hash and size are the ones promised; a promise left out is not checked. Durable when it
    /// returns.
    /// </summary>
    ValueTask<BlobWriteResult> WriteAsync(Stream content, string? expectedSha256, long? expectedSize, CancellationToken cancellationToken);

    /// <summary>Null if there is no such blob.</summary>
    ValueTask<BlobLease?> TryOpenAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Null if there is no such blob.</summary>
    ValueTask<long?> LengthAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>False if there was no such blob. Leases already held stay readable.</summary>
    ValueTask<bool> DeleteAsync(string sha256, CancellationToken cancellationToken);
}
