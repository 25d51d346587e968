using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>Which repositories somebody may see, as lists ask for it: the same as <see cref="RepositoryRole.MaySee"/> within what their credential reaches.</summary>
/// <param name="Scopes">All repositories of these <see cref="Repository.Scope"/>s; the empty one, of what is public, comes first.</param>
/// <param name="PartlyReached">Scopes of which only <paramref name="Reached"/> may be seen.</param>
/// <param name="Reached">Ids of repositories that a limited credential names.</param>
internal sealed record ListReader(IReadOnlyList<string> Scopes, IReadOnlyList<string> PartlyReached, IReadOnlyList<string> Reached)
{
    private static readonly ListReader Anyone = new([""], [], []);

    public static async Task<ListReader> OfAsync(RepoHostDb db, RepositoryQuery query, CancellationToken cancellationToken)
    {
        if (query.VisibleTo is not { } person)
            return Anyone;
        List<string> own = [person, .. await db.Memberships.Where(m => m.UserId == person).Select(m => m.OrganizationId).ToListAsync(cancellationToken)];
        if (!query.Reach.IsLimited)
            return new(["", .. own], [], []);

        // Whether a card has a word is something that the card says.
        var named = query.AsksCards ? query.Reach.ReadableIds : query.Reach.EntityIds;
        List<string> partly = [.. own.Where(scope => !named.Contains(scope))];
        return new(["", .. own.Where(named.Contains)], partly, partly.Count == 0 ? [] : [.. named.Where(id => !own.Contains(id))]);
    }
}
