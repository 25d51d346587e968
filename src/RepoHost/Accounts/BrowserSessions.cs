using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>Somebody has just logged in.</summary>
/// <param name="SecurityStamp">Of the account as it was when the person showed who they are.</param>
/// <param name="Agent">What the browser calls itself; kept as far as there is room.</param>
internal sealed record NewSession(string UserId, string SecurityStamp, SessionStart Start, string Address, string? Agent);

/// <summary>The rows of browser sessions: each login makes one, and a cookie without one is worth nothing.</summary>
internal sealed class BrowserSessions(
    IDbContextFactory<RepoHostDb> databases, UserAccounts accounts, ChangeStamps stamps, IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>Of one person; a login more ends the one that was not used for longest.</summary>
    public const int MostOfPerson = 100;

    /// <returns>The session's id. Whose password was changed or account disabled meanwhile gets one that is not there.</returns>
    public async Task<string> BeginAsync(NewSession begun, CancellationToken cancellationToken)
    {
        var (id, now) = (HubId.New(), time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var mayBegin = await db.Users.AnyAsync(
            u => u.Id == begun.UserId && !u.Disabled && u.OwnerOrganizationId == null && u.SecurityStamp == begun.SecurityStamp, cancellationToken);
        if (!mayBegin)
            return id;

        var theirs = db.Sessions.Where(s => s.UserId == begun.UserId);
        var surplus = await theirs.OrderByDescending(s => s.LastUsedAt).ThenByDescending(s => s.Id)
            .Skip(MostOfPerson - 1).Select(s => s.Id).ToListAsync(cancellationToken);
        if (surplus.Count > 0)
            await theirs.Where(s => surplus.Contains(s.Id)).ExecuteDeleteAsync(cancellationToken);
        db.Sessions.Add(new BrowserSession
        {
            Id = id,
            UserId = begun.UserId,
            SecurityStamp = begun.SecurityStamp,
            Start = begun.Start,
            CreatedAt = now,
            LastUsedAt = now,
            Address = begun.Address,
            Agent = Shorten(begun.Agent),
        });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        if (surplus.Count > 0)
            stamps.BumpUser(begun.UserId);
        return id;
    }

    /// <summary>Ends one session of this person, on every process of this machine.</summary>
    /// <returns>False when they have no such session.</returns>
    public async Task<bool> EndAsync(string userId, string sessionId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Sessions.Where(s => s.Id == sessionId && s.UserId == userId).ExecuteDeleteAsync(cancellationToken) == 0)
            return false;
        stamps.BumpUser(userId);
        return true;
    }

    /// <summary>Ends all of them, and what they have begun: programs that were let in and have not fetched their token yet, links that were mailed.</summary>
    public Task EndAllAsync(string userId, CancellationToken cancellationToken) => accounts.ChangeAsync(
        db => db.Users.FirstOrDefaultAsync(u => u.Id == userId, cancellationToken),
        (db, user) => Credentials.EndSessionsAsync(db, user, cancellationToken),
        cancellationToken);

    /// <summary>Those that are good now, the one that was used last first.</summary>
    public async Task<IReadOnlyList<BrowserSession>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Good(db, userId).AsNoTracking().OrderByDescending(s => s.LastUsedAt).ThenBy(s => s.Id).ToListAsync(cancellationToken);
    }

    public async Task<int> CountAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Good(db, userId).CountAsync(cancellationToken);
    }

    /// <summary>Removes the rows of sessions that have ended by themselves, everybody's.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var ended = UsedAfter;
        return await db.Sessions.Where(s => s.LastUsedAt <= ended).ExecuteDeleteAsync(cancellationToken);
    }

    private DateTimeOffset UsedAfter => time.GetUtcNow().AddDays(-options.Value.SessionDays);

    private IQueryable<BrowserSession> Good(RepoHostDb db, string userId)
    {
        var ended = UsedAfter;
        return db.Sessions.Where(s => s.UserId == userId && s.LastUsedAt > ended && s.SecurityStamp == s.User!.SecurityStamp);
    }

    private static string Shorten(string? agent)
    {
        var clean = string.Concat((agent ?? "").Where(c => !char.IsControl(c)));
        return clean.Length <= Lengths.Agent ? clean : clean[..Lengths.Agent];
    }
}
