using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>The truth that the gate asks when no cache knows: one query for all that stands between a person and a repository (design 2).</summary>
internal sealed class AccessDecisions(IDbContextFactory<RepoHostDb> databases) : IAccessDecisionSource
{
    private static readonly Func<RepoHostDb, string, string, CancellationToken, Task<Row?>> Query = EF.CompileAsyncQuery(
        (RepoHostDb db, string repositoryId, string personId, CancellationToken cancellationToken) =>
            (from repository in db.Repositories
             from user in db.Users
             where repository.Id == repositoryId && user.Id == personId
             from member in db.Memberships.Where(m => m.OrganizationId == repository.OwnerOrganizationId && m.UserId == personId).DefaultIfEmpty()
             from request in db.AccessRequests.Where(r => r.RepositoryId == repositoryId && r.UserId == personId).DefaultIfEmpty()
             select new Row
             {
                 OwnerUserId = repository.OwnerUserId,
                 CreatedById = repository.CreatedById,
                 RepositoryVersion = repository.Version,
                 UserVersion = user.Version,
                 Disabled = user.Disabled,
                 Role = member == null ? null : member.Role,
                 State = request == null ? AccessState.None : request.State,
                 Reason = request == null ? null : request.Reason,
                 RequestVersion = request == null ? 0 : request.Version,
             }).AsNoTracking().FirstOrDefault());

    public async ValueTask<AccessStanding> ReadAsync(string repositoryId, string personId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var row = await Query(db, repositoryId, personId, cancellationToken);
        if (row is null || row.Disabled)
            return AccessStanding.Stranger with { Version = row?.UserVersion ?? 0 };

        var relation = RepositoryRole.RelationOf(personId, row.OwnerUserId, row.CreatedById, row.Role);
        var version = Math.Max(row.RequestVersion, Math.Max(row.UserVersion, row.RepositoryVersion));
        return new(relation, row.State, row.Reason, version);
    }

    private sealed class Row
    {
        public string? OwnerUserId { get; init; }
        public required string CreatedById { get; init; }
        public long RepositoryVersion { get; init; }
        public long UserVersion { get; init; }
        public bool Disabled { get; init; }
        public OrganizationRole? Role { get; init; }
        public AccessState State { get; init; }
        public string? Reason { get; init; }
        public long RequestVersion { get; init; }
    }
}
