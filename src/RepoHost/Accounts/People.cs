using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>People by id, without a database once they are warm.</summary>
internal sealed class People(IDbContextFactory<RepoHostDb> databases, ChangeStamps stamps, TimeProvider time)
{
    private readonly BoundedCache<string, (PersonRecord Person, long Stamp)> cache = new(20_000, time, StringComparer.Ordinal);

    public ValueTask<PersonRecord?> FindAsync(string userId, CancellationToken cancellationToken)
    {
        var stamp = stamps.OfUser(userId);
        return cache.TryGet(userId, out var known) && known.Stamp == stamp
            ? new ValueTask<PersonRecord?>(known.Person)
            : new ValueTask<PersonRecord?>(ReadAsync(userId, stamp, cancellationToken));
    }

    private async Task<PersonRecord?> ReadAsync(string userId, long stamp, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancellationToken);
        if (user is null)
            return null;

        var person = PersonRecord.From(user);
        cache.Set(userId, (person, stamp));
        return person;
    }
}
