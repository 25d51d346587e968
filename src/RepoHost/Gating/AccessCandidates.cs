using System.Collections.Concurrent;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>Somebody who could be given access.</summary>
/// <param name="State">Where they stand with the repository.</param>
internal sealed record AccessCandidate(string User, string FullName, AccessState State);

/// <summary>Finds people by the beginning of their user name while a reviewer types it. Says nothing of them but what their page says.</summary>
internal sealed class AccessCandidates(IDbContextFactory<RepoHostDb> databases, TimeProvider time)
{
    public const int MostShown = 8;

    /// <summary>Quick typing is two letters a second; whoever wants a list of everybody asks faster.</summary>
    private const int MostAMinute = 120;
    private const int MostReviewers = 10_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, int Count)> asked = new(StringComparer.Ordinal);

    /// <summary>Counts one more search of this reviewer, unless it is too much.</summary>
    public bool TryTake(string reviewerId)
    {
        var now = time.GetUtcNow();
        if (asked.Count >= MostReviewers)
            asked.Clear();
        return asked.AddOrUpdate(reviewerId, _ => (now, 1), (_, known) => now - known.Since >= Minute ? (now, 1) : (known.Since, known.Count + 1)).Count <= MostAMinute;
    }

    public async Task<IReadOnlyList<AccessCandidate>> FindAsync(string repositoryId, string prefix, CancellationToken cancellationToken)
    {
        var first = prefix.ToUpperInvariant();
        if (first.Length is 0 or > Lengths.Name || first.Any(c => c is < ' ' or > '~'))
            return [];
        var end = first[..^1] + (char)(first[^1] + 1);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking()
            .Where(u => string.Compare(u.NormalizedUserName, first) >= 0 && string.Compare(u.NormalizedUserName, end) < 0 && !u.Disabled)
            .OrderBy(u => u.NormalizedUserName)
            .Take(MostShown)
            .Select(u => new AccessCandidate(
                u.UserName!, u.FullName, db.AccessRequests.Where(r => r.RepositoryId == repositoryId && r.UserId == u.Id).Select(r => r.State).FirstOrDefault()))
            .ToListAsync(cancellationToken);
    }
}
