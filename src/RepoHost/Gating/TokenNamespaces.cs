using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>Whether a caller may make a repository in a namespace, or bring one there: the person may, and the credential lets them.</summary>
internal sealed class TokenNamespaces(RepositoryRoles roles, MissingRights rights)
{
    /// <summary>Null when they may.</summary>
    public async Task<Refusal?> RefusalAsync(Caller caller, RepositoryType type, string @namespace, CancellationToken cancellationToken)
    {
        if (await roles.FindCreatableAsync(@namespace, caller.UserId!, cancellationToken) is not { } found)
            return HubErrors.NotTheirNamespace(type.Singular(), @namespace);
        return caller.Scopes.In(found.UserId ?? found.OrganizationId).Includes(TokenRights.Write) ? null : rights.OfToken(caller, found.Name, TokenRights.Write);
    }
}
