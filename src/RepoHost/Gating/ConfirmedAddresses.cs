using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>
/// Whether somebody has to confirm their mail address before they ask for access. Authors decide by that address, and anybody can sign up with anybody's.
/// Confirmed is an address whose mailed link was opened, one that the external issuer has verified, and one that the operator gave.
/// </summary>
internal sealed class ConfirmedAddresses(IDbContextFactory<RepoHostDb> databases, IOptions<GatingOptions> options)
{
    /// <returns>The address that the person has to confirm first; null when nothing stands in the way.</returns>
    public async Task<string?> FindMissingAsync(string userId, CancellationToken cancellationToken)
    {
        if (!options.Value.RequireConfirmedEmail)
            return null;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(u => u.Id == userId && !u.EmailConfirmed).Select(u => u.Email).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The same within the transaction that a request is made in.</summary>
    public async Task<bool> IsMissingAsync(RepoHostDb db, string userId, CancellationToken cancellationToken) =>
        options.Value.RequireConfirmedEmail && !await db.Users.AnyAsync(u => u.Id == userId && u.EmailConfirmed, cancellationToken);
}
