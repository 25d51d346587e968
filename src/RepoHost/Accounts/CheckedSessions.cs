using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// Sessions by id, without a database once they are warm. A logout in another process moves the person's stamp and so is seen with the next request.
/// </summary>
internal sealed class CheckedSessions(IDbContextFactory<RepoHostDb> databases, ChangeStamps stamps, IOptions<AccountsOptions> options, TimeProvider time)
{
    private readonly BoundedCache<string, CheckedSession> cache = new(20_000, time, StringComparer.Ordinal);

    /// <param name="sessionId">Out of a cookie or an address that we have made.</param>
    /// <returns>Null when there is no such person. A session that has ended is no <see cref="CheckedSession.IsGood"/>.</returns>
    public ValueTask<CheckedSession?> FindAsync(string sessionId, string userId, CancellationToken cancellationToken)
    {
        var stamp = stamps.OfUser(userId);
        return cache.TryGet(sessionId, out var known) && known.Person.Id == userId && known.Stamp == stamp
            ? new ValueTask<CheckedSession?>(known)
            : new ValueTask<CheckedSession?>(ReadAsync(sessionId, userId, stamp, cancellationToken));
    }

    private async Task<CheckedSession?> ReadAsync(string sessionId, string userId, long stamp, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var row = await db.Sessions.AsNoTracking().Include(s => s.User).FirstOrDefaultAsync(s => s.Id == sessionId && s.UserId == userId, cancellationToken);
        var user = row?.User ?? await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancellationToken);
        if (user is null)
            return null;

        var session = CheckedSession.From(sessionId, user, row, stamp, time.GetUtcNow().AddDays(-options.Value.SessionDays));
        cache.Set(sessionId, session);
        return session;
    }
}
