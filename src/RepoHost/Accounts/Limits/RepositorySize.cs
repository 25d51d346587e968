namespace RepoHost.Accounts.Limits;

/// <summary>What one repository holds and may hold, in bytes.</summary>
/// <param name="BytesLimit"><see cref="Data.RepositoryUsage.NoLimit"/> for none.</param>
/// <param name="OwnBytesLimit">Set for this one; null where the server's default holds.</param>
internal sealed record RepositorySize(long GitBytes, long LfsBytes, long BytesLimit, long? OwnBytesLimit)
{
    public long Bytes => GitBytes + LfsBytes;
}
