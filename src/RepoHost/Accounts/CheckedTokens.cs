using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// The rows of tokens, and which tokens were found good (or revoked) lately. Forged and unknown ones are not remembered: anybody can make those up.
/// </summary>
internal sealed class CheckedTokens(IDbContextFactory<RepoHostDb> databases, ChangeStamps stamps, TimeProvider time)
{
    private readonly BoundedCache<TokenHash, CheckedToken> cache = new(50_000, time);
    private readonly BoundedCache<string, CheckedToken> byId = new(10_000, time, StringComparer.Ordinal);

    public CheckedToken? FindOrNull(TokenHash hash)
    {
        if (!cache.TryGet(hash, out var known))
            return null;
        if (known.IsCurrent(stamps, time.GetUtcNow()))
            return known;

        cache.Remove(hash);
        return null;
    }

    public void Remember(TokenHash hash, CheckedToken token) => cache.Set(hash, token);

    /// <summary>For those who show no token, only that it was theirs; ids come out of what we have signed ourselves.</summary>
    public async ValueTask<CheckedToken?> FindAsync(string tokenId, string userId, CancellationToken cancellationToken)
    {
        if (byId.TryGet(tokenId, out var known) && known.Person.Id == userId && known.IsCurrent(stamps, time.GetUtcNow()))
            return known;
        var token = await ReadAsync(tokenId, userId, cancellationToken);
        if (token is not null)
            byId.Set(tokenId, token);
        return token;
    }

    /// <param name="tokenId">The <c>jti</c> of a token whose signature was checked.</param>
    /// <param name="userId">Its <c>sub</c>.</param>
    /// <returns>Null when there is no such token of this person.</returns>
    public async Task<CheckedToken?> ReadAsync(string tokenId, string userId, CancellationToken cancellationToken)
    {
        // Before the row: a revocation that comes in between then makes what was read stale, instead of being missed.
        var stamp = stamps.OfUser(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var row = await db.AccessTokens.AsNoTracking()
            .Include(t => t.User)
            .Include(t => t.Scopes)
            .FirstOrDefaultAsync(t => t.Id == tokenId && t.UserId == userId, cancellationToken);
        return row is null ? null : CheckedToken.From(row, row.User!, stamp, time.GetUtcNow());
    }
}
