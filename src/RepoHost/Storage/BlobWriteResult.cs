namespace RepoHost.Storage;

internal enum BlobWriteOutcome
{
    Stored,

    /// <summary>The bytes were right and had been stored before.</summary>
    AlreadyThere,

    /// <summary>Nothing was stored.</summary>
    WrongHash,

    /// <summary>Nothing was stored.</summary>
    WrongSize,
}

/// <summary>
/// <paramref name="Sha256"/> and <paramref name="Size"/> are those of the bytes that came (as far as they were read, when the size was wrong).
/// </summary>
internal sealed record BlobWriteResult(BlobWriteOutcome Outcome, string Sha256, long Size)
{
    public bool IsStored => Outcome is BlobWriteOutcome.Stored or BlobWriteOutcome.AlreadyThere;
}
