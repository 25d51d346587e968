using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <param name="Actor">User name; null when that person is no more.</param>
/// <param name="Action">ask, withdraw, accept, reject, cancel, reset, grant.</param>
internal sealed record AccessHistoryEntry(DateTimeOffset At, string? Actor, string Action, AccessState From, AccessState To, string? Reason);

/// <summary>What happened to requests, from the table that is only ever added to.</summary>
internal sealed class AccessHistory(IDbContextFactory<RepoHostDb> databases)
{
    /// <summary>Somebody can ask and withdraw as often as they like; the latest say enough.</summary>
    public const int MostShown = 20;

    /// <summary>The latest entries of each of these people, newest first.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<AccessHistoryEntry>>> OfAsync(string repositoryId, IEnumerable<string> userIds, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var history = new Dictionary<string, IReadOnlyList<AccessHistoryEntry>>(StringComparer.Ordinal);
        foreach (var userId in userIds)
        {
            history[userId] = await db.AccessEvents.AsNoTracking()
                .Where(e => e.RepositoryId == repositoryId && e.UserId == userId)
                .OrderByDescending(e => e.Id)
                .Take(MostShown)
                .Select(e => new AccessHistoryEntry(e.At, db.Users.Where(u => u.Id == e.ActorId).Select(u => u.UserName).FirstOrDefault(), e.Action, e.From, e.To, e.Reason))
                .ToListAsync(cancellationToken);
        }

        return history;
    }
}
