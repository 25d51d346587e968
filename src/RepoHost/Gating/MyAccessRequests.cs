using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>A request of one's own, with the repository that it is about.</summary>
internal sealed record MyAccessRequest(AccessRequest Request, RepositoryRecord Repository);

/// <summary>The last row of a page; rows are ordered by time and then by repository.</summary>
internal sealed record MyRequestsCursor(DateTimeOffset RequestedAt, string RepositoryId);

/// <summary>A person's requests at all repositories that they may see. One that has become private to others is like one that was never there.</summary>
internal sealed class MyAccessRequests(IDbContextFactory<RepoHostDb> databases)
{
    /// <summary>Newest first.</summary>
    public async Task<(IReadOnlyList<MyAccessRequest> Rows, MyRequestsCursor? Next)> PageAsync(string userId, int limit, MyRequestsCursor? cursor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows =
            from request in db.AccessRequests.AsNoTracking()
            join repository in db.Repositories.AsNoTracking() on request.RepositoryId equals repository.Id
            where request.UserId == userId
                && (!repository.Private || repository.OwnerUserId == userId
                    || db.Memberships.Any(m => m.OrganizationId == repository.OwnerOrganizationId && m.UserId == userId))
            select new { request, repository };
        if (cursor is not null)
        {
            rows = rows.Where(r => r.request.RequestedAt < cursor.RequestedAt
                || (r.request.RequestedAt == cursor.RequestedAt && string.Compare(r.request.RepositoryId, cursor.RepositoryId) < 0));
        }

        var page = await rows.OrderByDescending(r => r.request.RequestedAt).ThenByDescending(r => r.request.RepositoryId).Take(limit + 1).ToListAsync(cancellationToken);
        var shown = page.Take(limit).Select(r => new MyAccessRequest(r.request, RepositoryRecord.From(r.repository))).ToList();
        return (shown, page.Count > limit ? new(shown[^1].Request.RequestedAt, shown[^1].Request.RepositoryId) : null);
    }
}
