namespace RepoHost.Storage;

/// <summary>A blob as the store lists it.</summary>
internal sealed record StoredBlob(string Sha256, long Length, DateTimeOffset WrittenAt);
