using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What a person logs in with and is written to: password, mail address, external logins. Each change is one transaction, and ends what it has to end.</summary>
internal sealed class Credentials(UserAccounts accounts, IDbContextFactory<RepoHostDb> databases, IPasswordHasher<User> hasher, ILookupNormalizer normalizer, TimeProvider time)
{
    /// <summary>
    /// Sets a password, which ends the person's browser sessions and the links that were mailed before; of two who use one link, one finds it ended. A link also
    /// proves the mail address. If the address had not been proved, whoever could log in until now may be somebody else, who made the account in hope of the
    /// address's owner: then the tokens and external logins end too, as they do when the person asks for it.
    /// </summary>
    /// <returns>The user as they are now; null when the link has ended or the person is gone or disabled.</returns>
    public Task<User?> SetPasswordAsync(PasswordChange change, CancellationToken cancellationToken)
    {
        if (!UserAccounts.IsPassword(change.Password))
            throw new ArgumentException(UserAccounts.PasswordRule, nameof(change));

        var hash = hasher.HashPassword(new User(), change.Password);
        return accounts.ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(
                u => u.Id == change.UserId && !u.Disabled && (change.ByLink == null || (u.SecurityStamp == change.ByLink.SecurityStamp && u.Email == change.ByLink.Email)), cancellationToken),
            async (db, user) =>
            {
                var logins = change.EndTokens || (change.ByLink is not null && !user.EmailConfirmed) ? await db.UserLogins.Where(l => l.UserId == user.Id).ExecuteDeleteAsync(cancellationToken) : 0;
                var wasAnothers = change.ByLink is not null && !user.EmailConfirmed && (user.PasswordHash is not null || logins > 0);
                if (change.EndTokens || wasAnothers)
                    await EndTokensAsync(db, user.Id, cancellationToken);
                user.EmailConfirmed |= change.ByLink is not null;
                await PutPasswordAsync(db, user, hash, cancellationToken);
                if (change.Alongside is not null)
                    await change.Alongside(db, user);
            },
            cancellationToken);
    }

    /// <returns>False for a name that breaks the rules.</returns>
    public async Task<bool> SetFullNameAsync(string userId, string? fullName, CancellationToken cancellationToken)
    {
        if (!AccountNames.IsFullName(fullName))
            return false;
        return await accounts.ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(u => u.Id == userId, cancellationToken),
            (_, user) =>
            {
                user.FullName = string.IsNullOrWhiteSpace(fullName) ? user.UserName! : fullName.Trim();
                return Task.CompletedTask;
            },
            cancellationToken) is not null;
    }

    /// <summary>The person has opened the link that was sent to their address.</summary>
    /// <returns>False when it is no longer their address.</returns>
    public async Task<bool> ConfirmEmailAsync(MailedLink link, CancellationToken cancellationToken) =>
        await accounts.ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(u => u.Id == link.UserId && u.Email == link.Email, cancellationToken),
            (_, user) =>
            {
                user.EmailConfirmed = true;
                return Task.CompletedTask;
            },
            cancellationToken) is not null;

    /// <summary>The person has opened the link that was sent to the address that they want. Links that were mailed to the old one end.</summary>
    public async Task<ChangeEmailOutcome> SetEmailAsync(MailedLink link, Func<RepoHostDb, User, Task> alongside, CancellationToken cancellationToken)
    {
        var normalized = normalizer.NormalizeEmail(link.NewEmail);
        var taken = false;
        var changed = await accounts.ChangeAsync(
            async db =>
            {
                taken = await db.Users.AnyAsync(u => u.NormalizedEmail == normalized && u.Id != link.UserId, cancellationToken);
                return taken ? null : await db.Users.FirstOrDefaultAsync(u => u.Id == link.UserId && u.SecurityStamp == link.SecurityStamp && u.Email == link.Email, cancellationToken);
            },
            (db, user) =>
            {
                user.Email = link.NewEmail;
                user.NormalizedEmail = normalized;
                user.EmailConfirmed = true;
                return alongside(db, user);
            },
            cancellationToken);
        return taken ? ChangeEmailOutcome.Taken : changed is null ? ChangeEmailOutcome.LinkEnded : ChangeEmailOutcome.Changed;
    }

    public async Task<User?> FindByEmailAsync(string email, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var normalized = normalizer.NormalizeEmail(email);
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedEmail == normalized, cancellationToken);
    }

    /// <summary>What every new password does, within the transaction of its change.</summary>
    internal static async Task PutPasswordAsync(RepoHostDb db, User user, string hash, CancellationToken cancellationToken)
    {
        user.PasswordHash = hash;
        user.LockoutEnd = null;
        user.AccessFailedCount = 0;
        await EndSessionsAsync(db, user, cancellationToken);
    }

    /// <summary>
    /// Ends every session. With them end links that were mailed before; programs that a session has let in, and that have not fetched their token yet, are
    /// turned away.
    /// </summary>
    internal static async Task EndSessionsAsync(RepoHostDb db, User user, CancellationToken cancellationToken)
    {
        user.SecurityStamp = HubId.New();
        await db.Sessions.Where(s => s.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.DeviceLogins.Where(d => d.UserId == user.Id).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeviceLoginState.Denied), cancellationToken);
    }

    private async Task EndTokensAsync(RepoHostDb db, string userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.AccessTokens.Where(t => t.UserId == userId && t.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellationToken);
    }
}
