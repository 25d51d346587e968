using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>Renames repositories and hands them over, for the API and the settings page alike. Whether the caller may change this one was asked before.</summary>
internal sealed class RepositoryMoves(RepositoryRoles roles, TokenNamespaces namespaces, RepositoryCatalog catalog, StorageLimits limits)
{
    /// <returns>Null when it is moved; the former name leads to it.</returns>
    public async Task<Refusal?> MoveAsync(RepositoryRecord record, Caller caller, string @namespace, string name, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryCreate(@namespace, name, out var target, out var why))
            return HubErrors.BadRequest(why);
        if (await NotThereAsync(record, caller, @namespace, cancellationToken) is { } notThere)
            return notThere;

        return await catalog.MoveAsync(record.Id, @namespace, name, cancellationToken) switch
        {
            MoveRepositoryOutcome.Moved => null,
            MoveRepositoryOutcome.Exists => new(409, null, $"A {record.Type.Singular()} repository called {target.FullName} already exists", null),
            MoveRepositoryOutcome.OverLimit => await limits.RefuseMoveAsync(record.Id, @namespace, cancellationToken) is { } full
                ? HubErrors.OverLimit(full.Status, full.Message) : HubErrors.OverLimit(507, "There was no room for it a moment ago. Try again."),
            MoveRepositoryOutcome.NoSuchRepository => HubErrors.RepositoryNotFound,
            _ => HubErrors.NotPermitted,
        };
    }

    /// <summary>Within its namespace it is a change of the repository's settings and no more.</summary>
    private async Task<Refusal?> NotThereAsync(RepositoryRecord record, Caller caller, string @namespace, CancellationToken cancellationToken)
    {
        if (!@namespace.Equals(record.Namespace, StringComparison.OrdinalIgnoreCase))
            return await namespaces.RefusalAsync(caller, record.Type, @namespace, cancellationToken);
        return await roles.MayCreateInAsync(@namespace, caller.UserId!, cancellationToken) ? null : HubErrors.NotTheirNamespace(record.Type.Singular(), @namespace);
    }
}
