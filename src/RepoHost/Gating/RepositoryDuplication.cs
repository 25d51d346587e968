using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>
/// Copies a repository on the server for somebody who could download all of it and upload it again. The copy is no way round the gate: its settings keep the gate
/// that holds at the source, for members of the organization that gets it too, and it is not for everyone to see where the source is not.
/// </summary>
internal sealed class RepositoryDuplication(
    CopyRights rights, TokenNamespaces namespaces, StorageLimits limits, GitSessions sessions, RepositoryIntake intake)
{
    /// <summary>
    ///  1 the name is one that clients can ask for, and the caller may take it
    ///  2 the caller may copy the repository there
    ///  3 there is room for it
    ///  4 the content, in the turns of those who push; the rules are asked again when it is there, since that may take a while
    ///  5 the row: nobody sees a half-made repository
    /// </summary>
    public async Task<RepositoryCreated> DuplicateAsync(
        Caller caller, RepositoryRecord source, string @namespace, string name, bool isPrivate, CancellationToken cancellationToken)
    {
        // 1
        if (!RepositoryName.TryCreate(@namespace, name, out _, out var why))
            return new(null, HubErrors.BadRequest(why));
        if (await namespaces.RefusalAsync(caller, source.Type, @namespace, cancellationToken) is { } notThere)
            return new(null, notThere);

        // 2
        var (_, refusal) = await rights.FindAsync(source.Id, caller, @namespace, isPrivate, cancellationToken);
        if (refusal is not null)
            return new(null, refusal);

        // 3
        if (await limits.RefuseMoveAsync(source.Id, @namespace, cancellationToken) is { } full)
            return new(null, HubErrors.OverLimit(full.Status, full.Message));

        // 4, 5
        var copy = new RepositoryCopy(source.Id, async ct =>
        {
            (var gate, refusal) = await rights.FindAsync(source.Id, caller, @namespace, isPrivate, ct);
            return gate;
        });
        var order = new RepositoryOrder(source.Type, @namespace, name, caller.UserId, isPrivate, null)
        {
            LfsMultipartBytes = source.LfsMultipartBytes,
            Copy = copy,
        };
        var result = (RepositoryIntakeResult?)null;
        await sessions.TryRunAsync(GitSessionKind.Write, caller.UserId!, async ct => result = await intake.AddAsync(order, null, ct), cancellationToken);
        return result is null ? new(null, HubErrors.Busy)
            : result.Repository is { } made ? new(made, null)
            : refusal is not null ? new(null, refusal)
            : result.Outcome == CreateRepositoryOutcome.OverLimit ? new(null, HubErrors.OverLimit(507, result.Message))
            : new(null, HubErrors.BadRequest(result.Message), result.Outcome == CreateRepositoryOutcome.Exists);
    }
}

/// <summary>Who may copy what to where, as things are now.</summary>
internal sealed class CopyRights(RepositoryCatalog catalog, CallerStanding standing, RepositoryRoles roles, WriterGate gate, CardPolicies cards)
{
    /// <returns>The gate that the copy has to begin with, or why there can be none.</returns>
    public async Task<(CopyGate? Gate, Refusal? Refusal)> FindAsync(
        string sourceId, Caller asking, string @namespace, bool isPrivate, CancellationToken cancellationToken)
    {
        if (await catalog.FindByIdAsync(sourceId, cancellationToken) is not { } source)
            return (null, HubErrors.RepositoryNotFound);
        if (source.Disabled || await standing.FindAsync(asking, cancellationToken) is not { } caller)
            return (null, HubErrors.NotPermitted);
        var role = await roles.FindAsync(source, caller, cancellationToken);
        if (source.Private && !role.MaySee)
            return (null, HubErrors.RepositoryNotFound);
        if (await gate.AskAsync(source, caller, cancellationToken) is { } turnedAway)
            return (null, turnedAway);

        var mode = (await cards.FindAsync(source, cancellationToken)).Policy.Mode;
        var guarded = source.Private || mode != GateMode.Open;
        if (guarded && !isPrivate && !role.MayChangeSettings)
            return (null, NotForEveryone(source));
        if (source.Private && !role.MayChangeSettings && !await IsOwnAsync(source, caller, @namespace, cancellationToken))
            return (null, NotForOthers(source));
        return (new(mode, MembersGated: mode != GateMode.Open), null);
    }

    /// <summary>The caller's own namespace, or the one where the source is: people there see it already.</summary>
    private async Task<bool> IsOwnAsync(RepositoryRecord source, Caller caller, string @namespace, CancellationToken cancellationToken) =>
        await roles.FindCreatableAsync(@namespace, caller.UserId!, cancellationToken) is { } target
        && (target.UserId == caller.UserId || (target.OrganizationId is { } organization && organization == source.OwnerOrganizationId));

    private static Refusal NotForEveryone(RepositoryRecord source)
    {
        var closed = source.Private ? "private" : "gated";
        return new(403, null, $"{source.FullName} is {closed}, so your copy of it can't be public. Leave \"visibility\" out for a private one.", null);
    }

    private static Refusal NotForOthers(RepositoryRecord source) => new(
        403, null, $"{source.FullName} is private, and others would see the copy there. Copy it to your own namespace, or ask its owner.", null);
}
