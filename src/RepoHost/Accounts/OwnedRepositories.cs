using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="Bytes">Of its LFS objects; what Git keeps itself is small beside them and would have to be looked for on the disk.</param>
internal sealed record OwnedRepository(RepositoryRecord Record, long Bytes);

/// <summary>A page of what a person owns themselves, or an organization.</summary>
/// <param name="TotalBytes">Of all their repositories, also those on other pages.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
internal sealed record OwnedRepositoryPage(IReadOnlyList<OwnedRepository> Items, long TotalBytes, string? Next);

internal sealed class OwnedRepositories(IDbContextFactory<RepoHostDb> databases)
{
    private const int PageSize = 1000;

    /// <summary>Pages go by id, so that none is skipped while others change; within a page the last changed comes first.</summary>
    /// <param name="ownerId">A person's id, or that of an organization of which the caller is a member.</param>
    /// <param name="reach">What the person's credential reaches.</param>
    public async Task<OwnedRepositoryPage> ListAsync(string ownerId, TokenScopes reach, string? after, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var owned = db.Repositories.AsNoTracking().Where(r => r.OwnerUserId == ownerId || r.OwnerOrganizationId == ownerId);
        var mine = RepositoryListing.WithinReach(owned, reach);
        var total = await db.LfsObjects.Where(o => mine.Any(r => r.Id == o.RepositoryId)).SumAsync(o => o.Size, cancellationToken);
        var rows = await mine
            .Where(r => after == null || string.Compare(r.Id, after) > 0)
            .OrderBy(r => r.Id)
            .Take(PageSize + 1)
            .Select(r => new { Row = r, Bytes = db.LfsObjects.Where(o => o.RepositoryId == r.Id).Sum(o => o.Size) })
            .ToListAsync(cancellationToken);
        var page = rows.Take(PageSize).Select(r => new OwnedRepository(RepositoryRecord.From(r.Row), r.Bytes)).ToList();
        return new([.. page.OrderByDescending(r => r.Record.LastModified)], total, rows.Count > PageSize ? page[^1].Record.Id : null);
    }
}
