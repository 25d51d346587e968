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
internal sealed class RepositoryAdmission(RepositoryCatalog catalog, RepositoryRoles roles, MissingRights rights, CardPolicies cards, GitRepositories repositories)
{
    /// <summary>
    /// How long it takes to hear of a repository that it is not there, at least. A missing one is looked for in the database and a hidden one is known from before: a
    /// stopwatch would tell them apart.
    /// </summary>
    private static readonly TimeSpan NotThereTakes = TimeSpan.FromMilliseconds(3);

    /// <param name="byAnyName">Another spelling or a former name is as good: git follows a redirect only before it has been asked for a password.</param>
    public async Task<Admission> AdmitAsync(
        Caller caller, RepositoryType type, string? ns, string? name, RouteAccess access, CancellationToken cancellationToken, bool byAnyName = false)
    {
        var start = TimeProvider.System.GetTimestamp();
        var anonymous = caller.Kind != CallerKind.Person;
        var missing = anonymous ? HubErrors.AnonymousOrHidden : HubErrors.RepositoryNotFound;

        // 1
        if (ns is null || name is null || await catalog.FindAsync(type, ns, name, cancellationToken) is not { } record)
            return await NotThereAsync(missing, start, cancellationToken);

        var role = anonymous ? null : await roles.FindAsync(record, caller, cancellationToken);
        if (record.Private && role is not { MaySee: true })
        {
            await catalog.LookInVainAsync(type, ns, name, cancellationToken);
            return await NotThereAsync(missing, start, cancellationToken);
        }

        // 2
        if (record.Redirected && !byAnyName)
            return new(null, record, null);

        // 3
        if (record.Disabled)
            return Refused(HubErrors.RepositoryDisabled);

        // 4
        if (NotAllowed(access, caller, record, role) is { } refusal)
            return Refused(refusal);

        try
        {
            var card = await cards.FindAsync(record, cancellationToken);
            return new(new RepositoryFeature(record, repositories.Open(record.Id), card, role, caller.Scopes.ShowCard(record)), null, null);
        }
        catch (GitCorruptException)
        {
            // Deleted since it was found: its bytes go after its row.
            if (await catalog.FindByIdAsync(record.Id, cancellationToken) is not null)
                throw;
            return Refused(missing);
        }
    }

    private static async Task<Admission> NotThereAsync(Refusal missing, long start, CancellationToken cancellationToken)
    {
        await EvenTime.RestAsync(start, NotThereTakes, cancellationToken);
        return Refused(missing);
    }

    /// <summary>Whether a repository has this name, or had it, is not switched off, and may be seen by this caller; for links to it. Its card is not read.</summary>
    public async Task<bool> MaySeeAsync(Caller caller, RepositoryType type, RepositoryName name, CancellationToken cancellationToken) =>
        await catalog.FindAsync(type, name.Namespace, name.Name, cancellationToken) is { } record
        && (!record.Private || (caller.Kind == CallerKind.Person && await roles.FindAsync(record, caller, cancellationToken) is { MaySee: true }))
        && (record.Redirected || !record.Disabled);

    private static Admission Refused(Refusal refusal) => new(null, null, refusal);

    private Refusal? NotAllowed(RouteAccess access, Caller caller, RepositoryRecord record, RepositoryRole? role)
    {
        if (access is RouteAccess.SeeRepository or RouteAccess.ReadContent)
            return null;
        if (caller.Kind != CallerKind.Person)
            return HubErrors.LoginRequired;

        // Agreeing to terms is a person's act; a machine is given access.
        if (access == RouteAccess.OwnRequest && caller.IsService)
            return HubErrors.ServiceCannotAsk;

        return access switch
        {
            RouteAccess.OwnRequest => rights.AtOwnRequest(caller, record),
            RouteAccess.Propose or RouteAccess.Contribute => role is { MayPropose: true } ? null : rights.OfToken(caller, record.FullName, TokenRights.Write),
            RouteAccess.Write or RouteAccess.Edit => role is { MayWrite: true } ? null : rights.Of(caller, record, role, TokenRights.Write),
            RouteAccess.Review => role is { MayReview: true } ? null : rights.Of(caller, record, role, TokenRights.Review),
            RouteAccess.ChangeSettings => role is { MayChangeSettings: true } ? null : rights.Of(caller, record, role, TokenRights.Settings),
            _ => HubErrors.NotPermitted,
        };
    }
}
