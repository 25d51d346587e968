using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// Which account somebody has whom the external issuer knows. Issuer and subject say so, and nothing else: whoever may choose their mail address at the issuer
/// would otherwise choose whose account they get. With <see cref="OidcOptions.TrustMail"/> an address connects too, if both sides have proved it: the issuer, and
/// the account, since somebody else may have made that with the address in hope of its owner.
/// </summary>
internal sealed class ExternalLogins(
    IDbContextFactory<RepoHostDb> databases, UserAccounts accounts, ILookupNormalizer normalizer, JoinRules joins, IOptions<OidcOptions> options)
{
    public bool IsConfigured => options.Value.IsConfigured;

    /// <summary>Whoever the issuer knows may make an account, within the limits of <see cref="MayJoin"/>.</summary>
    public bool MayAnybodyJoin => IsConfigured && options.Value.AllowJoin;

    /// <summary>What the button calls the issuer.</summary>
    public string Label => options.Value.Label;

    /// <summary>In this order: a login that is known; an account with the address; somebody new.</summary>
    public async Task<ExternalMatch> FindAsync(ExternalIdentity identity, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var user = await db.UserLogins
            .Where(l => l.LoginProvider == identity.Issuer && l.ProviderKey == identity.Subject)
            .Join(db.Users, l => l.UserId, u => u.Id, (_, u) => u)
            .AsNoTracking().FirstOrDefaultAsync(cancellationToken);
        if (user is { Disabled: true })
            return new(ExternalStanding.Disabled);
        if (user is not null)
            return new(ExternalStanding.Known, await ConfirmAsync(user, identity, cancellationToken));

        if (identity is { EmailVerified: true, Email: { } email })
        {
            var normalized = normalizer.NormalizeEmail(email);
            var holder = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedEmail == normalized, cancellationToken);
            if (holder is { Disabled: false, EmailConfirmed: true } && options.Value.TrustMail && await ConnectAsync(holder.Id, identity, cancellationToken) == ConnectOutcome.Connected)
                return new(ExternalStanding.Known, holder);
            if (holder is not null)
                return new(ExternalStanding.AddressHasAccount);
        }

        return new(MayJoin(identity) ? ExternalStanding.MayJoin : ExternalStanding.MayNotJoin);
    }

    public bool MayJoin(ExternalIdentity identity) =>
        options.Value.AllowJoin && (joins.Domains.Count == 0 || (identity is { EmailVerified: true, Email: { } email } && joins.Allows(email)));

    public async Task<bool> IsConnectedAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.UserLogins.AnyAsync(l => l.UserId == userId, cancellationToken);
    }

    public async Task<ConnectOutcome> ConnectAsync(string userId, ExternalIdentity identity, CancellationToken cancellationToken)
    {
        var outcome = ConnectOutcome.Connected;
        await accounts.ChangeAsync(
            async db =>
            {
                var known = await db.UserLogins.Where(l => l.LoginProvider == identity.Issuer && (l.ProviderKey == identity.Subject || l.UserId == userId)).ToListAsync(cancellationToken);
                if (known.Count == 0)
                    return await db.Users.FirstOrDefaultAsync(u => u.Id == userId, cancellationToken);
                outcome = known.Exists(l => l.UserId != userId) ? ConnectOutcome.OfAnother
                    : known.Exists(l => l.ProviderKey == identity.Subject) ? ConnectOutcome.Connected : ConnectOutcome.HasOther;
                return null;
            },
            (db, user) =>
            {
                db.UserLogins.Add(identity.ToRow(userId));
                user.EmailConfirmed |= Proves(identity, user);
                return Task.CompletedTask;
            },
            cancellationToken);
        return outcome;
    }

    /// <summary>The issuer has verified the address that the account has, too.</summary>
    private async Task<User> ConfirmAsync(User user, ExternalIdentity identity, CancellationToken cancellationToken)
    {
        if (user.EmailConfirmed || !Proves(identity, user))
            return user;
        return await accounts.ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(u => u.Id == user.Id && u.NormalizedEmail == user.NormalizedEmail, cancellationToken),
            (_, found) =>
            {
                found.EmailConfirmed = true;
                return Task.CompletedTask;
            },
            cancellationToken) ?? user;
    }

    private bool Proves(ExternalIdentity identity, User user) =>
        identity is { EmailVerified: true, Email: { } email } && normalizer.NormalizeEmail(email) == user.NormalizedEmail;

    /// <returns>False when the person would have no way in any more, because the account has no password.</returns>
    public async Task<bool> DisconnectAsync(string userId, CancellationToken cancellationToken) =>
        await accounts.ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(u => u.Id == userId && u.PasswordHash != null, cancellationToken),
            (db, _) => db.UserLogins.Where(l => l.UserId == userId).ExecuteDeleteAsync(cancellationToken),
            cancellationToken) is not null;
}
