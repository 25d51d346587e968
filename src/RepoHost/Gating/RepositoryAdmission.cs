using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>What became of a caller at a repository's door: exactly one of the three is set.</summary>
/// <param name="Repository">Let in.</param>
/// <param name="Redirect">The repository is there and may be seen, under another spelling or a newer name.</param>
/// <param name="Refusal">Not let in.</param>
internal sealed record Admission(IRepositoryFeature? Repository, RepositoryRecord? Redirect, Refusal? Refusal);

/// <summary>
/// Finds the repository that a request names and asks whether the caller may do there what the route does; for repositories named by the address and by the body
/// alike. In this order (contract 2.3), each "no" leaving early:
///  1 it exists and this caller may see it: hidden answers like missing
///  2 another spelling of its name is sent to the right one
///  3 it is not switched off
///  4 the caller may do what is asked, contents aside: those are the gate's business
/// </summary>
internal sealed class RepositoryAdmission(RepositoryCatalog catalog, RepositoryRoles roles, CardPolicies cards, GitRepositories repositories)
{
    /// <param name="byAnyName">Another spelling or a former name is as good: git follows a redirect only before it has been asked for a password.</param>
    public async Task<Admission> AdmitAsync(
        Caller caller, RepositoryType type, string? ns, string? name, RouteAccess access, CancellationToken cancellationToken, bool byAnyName = false)
    {
        var anonymous = caller.Kind != CallerKind.Person;
        var missing = anonymous ? HubErrors.AnonymousOrHidden : HubErrors.RepositoryNotFound;

        // 1
        if (ns is null || name is null || await catalog.FindAsync(type, ns, name, cancellationToken) is not { } record)
            return Refused(missing);

        var role = anonymous ? null : await roles.FindAsync(record, caller.UserId!, cancellationToken);
        if (record.Private && role is not { MaySee: true })
            return Refused(missing);

        // 2
        if (record.Redirected && !byAnyName)
            return new(null, record, null);

        // 3
        if (record.Disabled)
            return Refused(HubErrors.RepositoryDisabled);

        // 4
        if (NotAllowed(access, caller, role) is { } refusal)
            return Refused(refusal);

        try
        {
            var card = await cards.FindAsync(record, cancellationToken);
            return new(new RepositoryFeature(record, repositories.Open(record.Id), card, role), null, null);
        }
        catch (GitCorruptException)
        {
            // Deleted since it was found: its bytes go after its row.
            if (await catalog.FindByIdAsync(record.Id, cancellationToken) is not null)
                throw;
            return Refused(missing);
        }
    }

    private static Admission Refused(Refusal refusal) => new(null, null, refusal);

    private static Refusal? NotAllowed(RouteAccess access, Caller caller, RepositoryRole? role)
    {
        if (access is RouteAccess.SeeRepository or RouteAccess.ReadContent)
            return null;
        if (caller.Kind != CallerKind.Person)
            return HubErrors.LoginRequired;

        // Agreeing to terms is a person's act; a machine is given access.
        if (access == RouteAccess.OwnRequest && caller.IsService)
            return HubErrors.ServiceCannotAsk;

        var allowed = access switch
        {
            RouteAccess.OwnRequest => true,
            RouteAccess.Propose => caller.MayWrite,
            RouteAccess.Write or RouteAccess.Edit => caller.MayWrite && role is { MayWrite: true },
            RouteAccess.Review => caller.MayWrite && role is { MayReview: true },
            RouteAccess.ChangeSettings => caller.MayWrite && role is { MayChangeSettings: true },
            _ => false,
        };
        return allowed ? null : HubErrors.NotPermitted;
    }
}
