using Microsoft.EntityFrameworkCore;

namespace RepoHost.Data;

/// <summary>
/// Takes the next value of the one <see cref="ChangeCounter"/>. It must be taken inside the transaction that stores it: the row then stays locked until
/// the commit, so of two changes the one with the larger number is also the one that was committed later.
/// </summary>
internal static class ChangeNumbers
{
    public const int CounterId = 1;

    public static async Task<long> NextAsync(RepoHostDb db, CancellationToken cancellationToken)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("A change number is taken inside the transaction that stores it.");

        var values = await db.Database
            .SqlQueryRaw<long>("""UPDATE "ChangeCounters" SET "Value" = "Value" + 1 WHERE "Id" = 1 RETURNING "Value" """)
            .ToListAsync(cancellationToken);
        return values.Single();
    }
}
