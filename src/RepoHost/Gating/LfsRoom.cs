using GateMiddleware.Rejection;
using RepoHost.Accounts.Limits;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>
/// Room for LFS objects that come to addresses of their own. The addresses of a batch can all be used at once, so each upload holds its room while it is under
/// way, and what has come is counted once more in the transaction that gives it to the repository. A proposer, everywhere here, is somebody who may not write to the repository; null for those who may.
/// </summary>
internal sealed class LfsRoom(StorageLimits limits, LfsBindings bindings)
{
    /// <summary>As long as parts that nobody adds to lie on the disk.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    /// <summary>Asked before a byte is read. An object that the repository has needs no room.</summary>
    /// <param name="upload">Names the upload.</param>
    /// <returns>Null when its room is held.</returns>
    public async Task<Refusal?> HoldAsync(string repositoryId, string? proposerId, LfsPointer pointer, string upload, CancellationToken cancellationToken) =>
        await bindings.IsBoundAsync(repositoryId, pointer.Oid, cancellationToken) ? null
        : await HoldPartsAsync(repositoryId, proposerId, pointer, upload, cancellationToken);

    /// <summary>The same for an upload in parts, which take up the disk whether the repository has the object or not.</summary>
    public async Task<Refusal?> HoldPartsAsync(string repositoryId, string? proposerId, LfsPointer pointer, string upload, CancellationToken cancellationToken) =>
        await limits.ReserveAsync(repositoryId, proposerId, upload, pointer.Size, Life, cancellationToken) is { } fault
            ? HubErrors.OverLimit(fault.Status, fault.Message) : null;

    public void Release(string upload) => limits.Release(upload);

    public StorageCharge ChargeOf(string repositoryId, string? proposerId) => new(limits, repositoryId, proposerId);

    /// <summary>How the repository stands before any of a batch has come; null when it is gone.</summary>
    public Task<StorageStanding?> FindAsync(string repositoryId, string? proposerId, CancellationToken cancellationToken) =>
        limits.FindAsync(repositoryId, proposerId, cancellationToken);
}
