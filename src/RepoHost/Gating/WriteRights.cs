using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>What somebody may do to a repository at the moment when it is done.</summary>
internal sealed class WriteRights(CallerStanding standing, RepositoryRoles roles, MissingRights rights, WriterGate gate)
{
    /// <summary>
    /// The caller and their role, with what their token allows now, or why they may not write any more. Pull requests are for everyone who may see the repository and
    /// passes its gate; whose they are was asked before.
    /// </summary>
    public async Task<(Caller? Caller, RepositoryRole? Role, Refusal? Refusal)> FindAsync(RepositoryRecord record, WriteOrder order, CancellationToken cancellationToken)
    {
        if (record.Disabled || await standing.FindAsync(order.Caller, cancellationToken) is not { } caller)
            return (null, null, HubErrors.NotPermitted);
        var role = await roles.FindAsync(record, caller, cancellationToken);
        if (order.OnlyPullRequests ? role.MayPropose : role.MayWrite)
            return order.OnlyPullRequests && !role.MayWrite && await gate.AskAsync(record, caller, cancellationToken) is { } turnedAway ? (null, null, turnedAway) : (caller, role, null);
        return (null, null, order.OnlyPullRequests && role.MaySee ? rights.OfToken(caller, record.FullName, TokenRights.Write) : rights.Of(caller, record, role, TokenRights.Write));
    }

    /// <summary>What to add to the sentence about something that only who may change settings can do; empty when it is not the token that stands in the way.</summary>
    public string SettingsHint(RepositoryRecord record, WriteOrder order, RepositoryRole role) =>
        role.Withheld.Includes(TokenRights.Settings) && order.Caller.TokenRole == TokenRole.FineGrained ? " " + rights.Of(order.Caller, record, role, TokenRights.Settings).Message : "";
}
