using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>A repository with access requests that wait for a review.</summary>
/// <param name="Oldest">When the first of them was asked.</param>
internal sealed record WaitingReview(RepositoryRecord Record, int Count, DateTimeOffset Oldest);

/// <summary>What a person is expected to review, over all repositories.</summary>
internal sealed class WaitingReviews(IDbContextFactory<RepoHostDb> databases)
{
    private const int MostRepositories = 50;

    /// <summary>Who has waited longest comes first. Requests at a repository whose gate is off wait for nothing.</summary>
    public async Task<IReadOnlyList<WaitingReview>> OfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        // The same people as RepositoryRole.MayReview.
        var waiting = await db.Repositories.AsNoTracking()
            .Where(r => !r.Disabled && (r.OwnerUserId == userId
                || db.Memberships.Any(m => m.UserId == userId && m.OrganizationId == r.OwnerOrganizationId
                    && (m.Role >= OrganizationRole.Write || (r.CreatedById == userId && m.Role >= OrganizationRole.Contributor)))))
            .Select(r => new
            {
                Row = r,
                // As lists show it: which requests are shown here decides nothing.
                Gate = db.CatalogEntries.Where(e => e.RepositoryId == r.Id).Select(e => (GateMode?)e.Gate).FirstOrDefault(),
                Count = db.AccessRequests.Count(q => q.RepositoryId == r.Id && q.State == AccessState.Pending),
                Oldest = db.AccessRequests.Where(q => q.RepositoryId == r.Id && q.State == AccessState.Pending).Min(q => (DateTimeOffset?)q.RequestedAt),
            })
            .Where(r => r.Count > 0 && r.Gate != GateMode.Open)
            .OrderBy(r => r.Oldest).ThenBy(r => r.Row.Id)
            .Take(MostRepositories)
            .ToListAsync(cancellationToken);

        return [.. waiting.Select(row => new WaitingReview(RepositoryRecord.From(row.Row), row.Count, row.Oldest.GetValueOrDefault()))];
    }
}
