using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Accounts.Limits;

/// <summary>What a person or an organization uses, and may use. A limit is <see cref="RepositoryUsage.NoLimit"/> for none.</summary>
/// <param name="OwnBytesLimit">Set for this one; null where the server's default holds. Likewise <paramref name="OwnRepositoriesLimit"/>.</param>
internal sealed record OwnerUsage(
    string Name, bool IsOrganization, long Bytes, long BytesLimit, long Repositories, long RepositoriesLimit, long? OwnBytesLimit, long? OwnRepositoriesLimit)
{
    public StorageShare Share => new(StorageLimitKind.Owner, Bytes, BytesLimit);

    private string Command => $"{(IsOrganization ? "org" : "user")} limit {Name}";

    /// <summary>Null when one more repository, which holds <paramref name="bytes"/> already, fits.</summary>
    public StorageFault? RefuseRepository(long bytes)
    {
        if (Repositories >= RepositoriesLimit)
        {
            return new(
                507,
                $"{Name} may own {RepositoriesLimit} repositories and owns {Repositories}."
                + $" Delete one that is no longer needed, or ask the operator of this server to raise the limit ({Command}).");
        }

        return StorageRule.FirstExceeded([Share], bytes) is { } share ? StorageFault.Of(share, bytes, RefusalOf(bytes, atLeast: false)) : null;
    }

    public string RefusalOf(long adding, bool atLeast) =>
        $"The repositories of {Name} may hold {ByteCount.Of(BytesLimit)} together and hold {ByteCount.Of(Bytes)};"
        + $" this would add {(atLeast ? "at least " : "")}{ByteCount.Of(adding)}."
        + $" Delete repositories that are no longer needed, or ask the operator of this server to raise the limit ({Command}).";
}
