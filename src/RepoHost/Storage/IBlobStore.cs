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

    /// <summary>
    /// Takes over a file that lies in the store's own folder, once it was read and is the one promised; a wrong one is left where it is. Nobody may write to
    /// it any more. Durable when it returns.
    /// </summary>
    ValueTask<BlobWriteResult> AdoptAsync(string file, string expectedSha256, long expectedSize, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a blob unless it turns out to be needed: while that is asked the blob is out of sight already, so whoever comes to need it after the answer
    /// finds it missing. Leases already held stay readable.
    /// </summary>
    /// <returns>False if there was no such blob, or it is needed.</returns>
    ValueTask<bool> DeleteUnlessAsync(string sha256, Func<CancellationToken, Task<bool>> isNeeded, CancellationToken cancellationToken);

    /// <summary>Every blob, in no order. What comes or goes meanwhile may be listed or not.</summary>
    IEnumerable<StoredBlob> List();
}
