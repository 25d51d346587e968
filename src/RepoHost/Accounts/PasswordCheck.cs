using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

/// <summary>
/// Checks passwords, for logging in and wherever a person must prove again who they are. After five wrong ones an account takes none for five minutes.
/// <para>
/// Identity would count a try after it was looked at, so that a thousand at once are all looked at. Here each is counted first, in one conditional update of
/// Identity's own columns: however many come at once, five are looked at. And whatever the reason, "no" is the same answer after the same time: no such person,
/// no password, disabled, too many tries.
/// </para>
/// </summary>
internal sealed class PasswordCheck(IDbContextFactory<RepoHostDb> databases, IPasswordHasher<User> hasher, ILookupNormalizer normalizer, TimeProvider time)
{
    public const int Tries = 5;
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    /// <summary>More than a check takes, so that a write more or less can't be seen from outside.</summary>
    private static readonly TimeSpan NoTakes = TimeSpan.FromMilliseconds(400);

    /// <summary>A hash is slow on purpose: no more of them at once than there are processors, and nobody waits long in vain.</summary>
    private readonly FairPlaces _processors = new(new FairShares(Environment.ProcessorCount) { Patience = TimeSpan.FromSeconds(10) }, time);

    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(new User(), HubId.New()));

    /// <param name="name">A user name, or the mail address of an account.</param>
    /// <param name="client">Where it comes from; the clients of one network take turns.</param>
    /// <returns>Null for every kind of no.</returns>
    public Task<User?> FindAsync(string name, string password, IPAddress? client, CancellationToken cancellationToken)
    {
        if (name.Length > Lengths.Email)
            name = "";
        var address = name.Contains('@', StringComparison.Ordinal);
        var normalized = address ? normalizer.NormalizeEmail(name) : normalizer.NormalizeName(name);
        return CheckAsync(
            users => address ? users.Where(u => u.NormalizedEmail == normalized) : users.Where(u => u.NormalizedUserName == normalized), password, ClientNetwork.Of(client).ToString(), cancellationToken);
    }

    public async Task<bool> IsRightAsync(string userId, string password, CancellationToken cancellationToken) =>
        await CheckAsync(users => users.Where(u => u.Id == userId), password, userId, cancellationToken) is not null;

    private async Task<User?> CheckAsync(Func<IQueryable<User>, IQueryable<User>> who, string password, string caller, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var user = await who(db.Users.AsNoTracking()).FirstOrDefaultAsync(cancellationToken);
            var counted = user is { Disabled: false, PasswordHash: not null } && await CountAsync(db, user.Id, cancellationToken);
            var right = await VerifyAsync(counted ? user!.PasswordHash! : _nobodysHash.Value, password, caller, cancellationToken);
            if (counted && right)
            {
                await ForgetAsync(db, user!.Id);
                return user;
            }
        }

        await EvenTime.RestAsync(start, NoTakes, cancellationToken);
        return null;
    }

    /// <returns>False while the account takes no passwords.</returns>
    private async Task<bool> CountAsync(RepoHostDb db, string userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? until = now + Pause;
        return await db.Users.Where(u => u.Id == userId && (u.LockoutEnd == null || u.LockoutEnd <= now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(u => u.LockoutEnd, u => u.AccessFailedCount + 1 >= Tries ? until : null)
                    .SetProperty(u => u.AccessFailedCount, u => u.AccessFailedCount + 1 >= Tries ? 0 : u.AccessFailedCount + 1),
                cancellationToken) == 1;
    }

    /// <summary>Who knows the password has not been guessing.</summary>
    private static Task<int> ForgetAsync(RepoHostDb db, string userId) =>
        db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.LockoutEnd, (DateTimeOffset?)null).SetProperty(u => u.AccessFailedCount, 0), CancellationToken.None);

    private async Task<bool> VerifyAsync(string hash, string password, string caller, CancellationToken cancellationToken)
    {
        using var processor = await _processors.TryEnterAsync(caller, cancellationToken)
            ?? throw new TimeoutException("Too many people are logging in at once. Try again in a moment.");
        var bounded = password.Length <= UserAccounts.MaxPasswordLength ? password : "";
        return hasher.VerifyHashedPassword(new User(), hash, bounded) != PasswordVerificationResult.Failed;
    }
}
