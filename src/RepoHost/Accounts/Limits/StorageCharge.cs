using RepoHost.Data;

namespace RepoHost.Accounts.Limits;

/// <summary>One person's bytes on their way into a repository; counted when they come to it, and remembers why not.</summary>
/// <param name="proposerId">Somebody who may not write there; null for those who may.</param>
internal sealed class StorageCharge(StorageLimits limits, string repositoryId, string? proposerId)
{
    /// <summary>Set after something did not fit.</summary>
    public StorageFault? Fault { get; private set; }

    /// <summary>For LFS objects, in the transaction that gives them to the repository.</summary>
    public async Task<bool> AdmitLfsAsync(RepoHostDb db, long bytes, CancellationToken cancellationToken) =>
        (Fault = await limits.ChargeAsync(db, repositoryId, proposerId, 0, bytes, cancellationToken)) is null;
}
