using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>
/// The room that a commit takes: asked while its files come, counted for its LFS objects when the repository is given them, and for the rest by
/// <see cref="WriteStorage"/>.
/// </summary>
internal sealed class CommitStorage(StorageLimits limits, LfsCollector collector)
{
    public async Task<CommitSpace> OpenAsync(RepositoryRecord record, Caller caller, RepositoryRole role, CancellationToken cancellationToken)
    {
        var proposer = WriteStorage.ProposerOf(caller, role);
        return new(await limits.FindAsync(record.Id, proposer, cancellationToken), new(limits, record.Id, proposer));
    }

    /// <summary>After a commit that came to nothing: what it brought into the store, and no repository was given, goes.</summary>
    public async Task DropAsync(ContentIntake contents) => await collector.CollectAsync(contents.NewObjects, CancellationToken.None);
}

/// <summary>What one commit may still bring, by the size of its files.</summary>
internal sealed class CommitSpace(StorageStanding? standing, StorageCharge charge)
{
    private long files;

    public StorageCharge Charge => charge;

    /// <summary>Asked for each file before it is taken in. Files are measured as they are: how small Git makes them is known only later.</summary>
    public Refusal? Refuse(long bytes) =>
        standing?.Refuse(files += bytes, atLeast: true) is { } fault ? HubErrors.OverLimit(fault.Status, fault.Message) : null;
}
