using RepoHost.Accounts;
using RepoHost.Accounts.Limits;

namespace RepoHost.Gating;

/// <summary>What a change of refs adds to its repository, against the limits.</summary>
internal sealed class WriteStorage(StorageLimits limits)
{
    /// <summary>Who is held to the limits of pull requests: whoever may not write to the repository. Null for everybody else.</summary>
    public static string? ProposerOf(Caller caller, RepositoryRole? role) => role is { MayWrite: true } ? null : caller.UserId;

    /// <summary>Counts the objects that are about to become part of the repository; its lock is held.</summary>
    /// <returns>Null when they fit. A change that brings none always does.</returns>
    public async Task<WriteFault?> ChargeAsync(WriteOrder order, RepositoryRole role, CancellationToken cancellationToken)
    {
        var bytes = order.Objects?.CountBytes() ?? 0;
        if (bytes == 0)
            return null;
        var fault = await limits.ChargeGitAsync(order.RepositoryId, ProposerOf(order.Caller, role), bytes, cancellationToken);
        return fault is null ? null : new WriteFault(null, fault.Message) { StorageStatus = fault.Status };
    }

    /// <summary>How much may still come, asked before it does.</summary>
    public Task<StorageStanding?> FindAsync(string repositoryId, Caller caller, RepositoryRole? role, CancellationToken cancellationToken) =>
        limits.FindAsync(repositoryId, ProposerOf(caller, role), cancellationToken);
}
