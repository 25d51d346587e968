using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>
/// Finds the organization that a request names and asks whether the caller may do there what the route does. In this order, each "no" leaving early:
///  1 somebody is calling
///  2 the organization exists, they belong to it, and their credential reaches it: to others its inside answers like a missing one
///  3 they administer it, where that is needed, and their credential may change settings there
/// </summary>
internal sealed class OrganizationAdmission(Organizations organizations, MissingRights rights)
{
    public async Task<(IOrganizationFeature? Organization, Refusal? Refusal)> AdmitAsync(Caller caller, string? name, RouteAccess access, CancellationToken cancellationToken)
    {
        // 1
        if (caller is not { Kind: CallerKind.Person, UserId: { } userId })
            return (null, HubErrors.LoginRequired);

        // 2
        if (name is null
            || await organizations.FindAsync(name, cancellationToken) is not { } organization
            || await organizations.RoleOfAsync(organization.Id, userId, cancellationToken) is not { } role
            || caller.Scopes.In(organization.Id) == TokenRights.None)
            return (null, HubErrors.OrganizationNotFound);

        // 3
        if (access != RouteAccess.AdministerOrganization)
            return (new OrganizationFeature(organization, role), null);
        if (role != OrganizationRole.Admin)
            return (null, HubErrors.NotPermitted);
        return caller.Scopes.In(organization.Id).Includes(TokenRights.Settings)
            ? (new OrganizationFeature(organization, role), null)
            : (null, rights.OfToken(caller, organization.Name, TokenRights.Settings));
    }
}
