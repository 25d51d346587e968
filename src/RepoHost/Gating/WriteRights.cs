using RepoHost.Accounts;

namespace RepoHost.Gating;

/// <summary>What somebody may do to a repository at the moment when it is done.</summary>
internal sealed class WriteRights(CallerStanding standing, RepositoryRoles roles)
{
    /// <summary>Null when they may not any more. Pull requests are for whoever may see the repository; whose they are was asked before.</summary>
    public async Task<RepositoryRole?> FindAsync(RepositoryRecord record, WriteOrder order, CancellationToken cancellationToken)
    {
        if (record.Disabled || !order.Caller.MayWrite || !await standing.IsStillGoodAsync(order.Caller, cancellationToken))
            return null;
        var role = await roles.FindAsync(record, order.Caller.UserId, cancellationToken);
        return (order.PullRequests ? role.MaySee : role.MayWrite) ? role : null;
    }
}
