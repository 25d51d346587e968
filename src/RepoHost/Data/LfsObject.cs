namespace RepoHost.Data;

/// <summary>An LFS object that this repository was given itself. Bytes are shared on disk; the right to serve them is not (design 4).</summary>
internal sealed class LfsObject
{
    public required string RepositoryId { get; set; }

    /// <summary>SHA-256 of the content, 64 hex digits.</summary>
    public required string Oid { get; set; }
    public long Size { get; set; }

    /// <summary>The id that git would give to the same content, 40 hex digits; null until somebody asked for it.</summary>
    public string? BlobId { get; set; }
    public DateTimeOffset AddedAt { get; set; }
}
