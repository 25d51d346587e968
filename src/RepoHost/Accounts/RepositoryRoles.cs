using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What people are to repositories, without a database once it is warm.</summary>
internal sealed class RepositoryRoles(IDbContextFactory<RepoHostDb> databases, ChangeStamps stamps, TimeProvider time)
{
    private readonly BoundedCache<(string RepositoryId, string UserId, TokenRights Rights), Known> cache = new(50_000, time);

    /// <summary>What the caller may do: what the person may, and the credential allows.</summary>
    public ValueTask<RepositoryRole> FindAsync(RepositoryRecord repository, Caller caller, CancellationToken cancellationToken) =>
        FindAsync(repository, caller.UserId, caller.Scopes.At(repository), cancellationToken);

    /// <summary>What the person may do, whatever they come with.</summary>
    /// <param name="userId">Null is nobody.</param>
    public ValueTask<RepositoryRole> FindAsync(RepositoryRecord repository, string? userId, CancellationToken cancellationToken) =>
        FindAsync(repository, userId, TokenRights.All, cancellationToken);

    private ValueTask<RepositoryRole> FindAsync(RepositoryRecord repository, string? userId, TokenRights rights, CancellationToken cancellationToken)
    {
        if (userId is null)
            return new ValueTask<RepositoryRole>(repository.Private ? RepositoryRole.NobodyAtPrivate : RepositoryRole.NobodyAtPublic);

        // The role follows from the record in hand and from the person's memberships; the version tells whether the first is still the same, the stamp
        // whether the second is.
        var stamp = stamps.OfUser(userId);
        return cache.TryGet((repository.Id, userId, rights), out var known) && known.Stamp == stamp && known.RepositoryVersion == repository.Version
            ? new ValueTask<RepositoryRole>(known.Role)
            : new ValueTask<RepositoryRole>(ReadAsync(repository, userId, rights, stamp, cancellationToken));
    }

    /// <summary>Whether the person may make repositories there: in their own namespace, or in an organization that they contribute to. A machine has no namespace.</summary>
    public async Task<bool> MayCreateInAsync(string @namespace, string userId, CancellationToken cancellationToken) =>
        await FindCreatableAsync(@namespace, userId, cancellationToken) is not null;

    /// <summary>The namespace, if the person may make repositories there.</summary>
    public async Task<NamespaceEntry?> FindCreatableAsync(string @namespace, string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var key = AccountNames.Key(@namespace);
        return await db.Namespaces.AsNoTracking().FirstOrDefaultAsync(
            n => n.Key == key && ((n.UserId == userId && db.Users.Any(u => u.Id == userId && u.OwnerOrganizationId == null))
                || db.Memberships.Any(m => m.OrganizationId == n.OrganizationId && m.UserId == userId && m.Role >= OrganizationRole.Contributor)),
            cancellationToken);
    }

    private async Task<RepositoryRole> ReadAsync(RepositoryRecord repository, string userId, TokenRights rights, long stamp, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var person = await db.Users
            .Where(u => u.Id == userId)
            .Select(u => new
            {
                u.Version,
                Role = db.Memberships
                    .Where(m => m.UserId == userId && m.OrganizationId == repository.OwnerOrganizationId)
                    .Select(m => (OrganizationRole?)m.Role)
                    .FirstOrDefault(),
            })
            .FirstOrDefaultAsync(cancellationToken);
        if (person is null)
            return repository.Private ? RepositoryRole.NobodyAtPrivate : RepositoryRole.NobodyAtPublic;

        var role = Decide(repository, userId, person.Role, Math.Max(repository.Version, person.Version)).With(rights, repository.Private);
        cache.Set((repository.Id, userId, rights), new Known(role, stamp, repository.Version));
        return role;
    }

    private static RepositoryRole Decide(RepositoryRecord repository, string userId, OrganizationRole? organizationRole, long version)
    {
        var owner = repository.OwnerUserId == userId || organizationRole == OrganizationRole.Admin;
        var creator = repository.CreatedById == userId;
        var relation = RepositoryRole.RelationOf(userId, repository.OwnerUserId, repository.CreatedById, organizationRole);
        var maySee = !repository.Private || owner || organizationRole is not null;
        var mayWrite = owner || organizationRole >= OrganizationRole.Write || (creator && organizationRole >= OrganizationRole.Contributor);
        return new RepositoryRole(relation, organizationRole, maySee, mayWrite, MayReview: mayWrite, MayChangeSettings: owner, version);
    }

    private sealed record Known(RepositoryRole Role, long Stamp, long RepositoryVersion);
}
