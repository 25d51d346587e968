using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="RefreshToken">Renews it once: shown once, stored nowhere.</param>
internal sealed record LoginToken(IssuedToken Access, string RefreshToken, TimeSpan Lifetime)
{
    /// <summary>Without the texts, which must not reach a log.</summary>
    public override string ToString() => $"login {Access.Id}";
}

internal enum LoginTokenOutcome
{
    Issued,

    /// <summary>The person has not decided yet.</summary>
    Pending,

    /// <summary>The same, and the program asks too often.</summary>
    SlowDown,
    Denied,
    Expired,

    /// <summary>No such code or refresh token, or used before, or the login was ended.</summary>
    Invalid,
}

/// <summary>
/// Hands out and renews the tokens of browser logins. A login is one row among the person's tokens, which can do all that they can; renewing it gives the row
/// another text, and revoking the row ends whatever belongs to it.
/// </summary>
internal sealed partial class LoginTokens(
    IDbContextFactory<RepoHostDb> databases, TokenIssuer issuer, ChangeStamps stamps, IOptions<AccountsOptions> options, TimeProvider time, ILogger<LoginTokens> logger)
{
    public const string NamePrefix = "Device login: ";

    /// <summary>How long an answer may have been lost on its way: a program that did not get it tries again with the refresh token that it has.</summary>
    private static readonly TimeSpan LostAnswer = TimeSpan.FromMinutes(15);

    /// <summary>Programs keep to the interval by their own clocks.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly BoundedCache<string, long> polls = new(DeviceLogins.MostOpen, time, StringComparer.Ordinal);

    /// <summary>The token for a program that was let in; once.</summary>
    public async Task<(LoginTokenOutcome Outcome, LoginToken? Token)> CollectAsync(string deviceCode, CancellationToken cancellationToken)
    {
        var (hash, now) = (LoginCodes.Hash(deviceCode), time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var login = await db.DeviceLogins.AsNoTracking().FirstOrDefaultAsync(d => d.DeviceCodeHash == hash, cancellationToken);
        if (login is null)
            return (LoginTokenOutcome.Invalid, null);
        if (login.ExpiresAt <= now)
            return (LoginTokenOutcome.Expired, null);
        if (login.State == DeviceLoginState.Pending)
            return (AsksTooOften(hash) ? LoginTokenOutcome.SlowDown : LoginTokenOutcome.Pending, null);
        if (login.State != DeviceLoginState.Approved)
            return (LoginTokenOutcome.Denied, null);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Whoever takes the row away gets the token; a second one finds none.
        if (await db.DeviceLogins.Where(d => d.DeviceCodeHash == hash && d.State == DeviceLoginState.Approved && d.ExpiresAt > now).ExecuteDeleteAsync(cancellationToken) != 1)
            return (LoginTokenOutcome.Invalid, null);
        if (!await db.Users.AnyAsync(u => u.Id == login.UserId && !u.Disabled, cancellationToken))
            return (LoginTokenOutcome.Denied, null);

        var row = issuer.New(login.UserId!, NamePrefix + login.Program, TokenRole.Write, Lifetime);
        var refresh = LoginCodes.NewSecret();
        db.AccessTokens.Add(row);
        db.RefreshTokens.Add(RowOf(refresh, row, now));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (LoginTokenOutcome.Issued, new(issuer.TextOf(row), refresh, Lifetime));
    }

    /// <summary>
    /// A new access token for a refresh token, and a new refresh token with it (RFC 9700, 4.14.2). Of two who show the same one, one has stolen it, and nobody knows
    /// which: the login ends. Only while nothing has been done with the tokens that it was changed for may it be that their answer was lost: then they
    /// end, and others take their place.
    /// </summary>
    public async Task<(LoginTokenOutcome Outcome, LoginToken? Token)> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var (hash, now) = (LoginCodes.Hash(refreshToken), time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var shown = await db.RefreshTokens.AsNoTracking().FirstOrDefaultAsync(r => r.Hash == hash, cancellationToken);
        var row = shown is null ? null : await db.AccessTokens.AsNoTracking().FirstOrDefaultAsync(t => t.Id == shown.TokenId && t.RevokedAt == null && !t.User!.Disabled, cancellationToken);
        if (shown is null || row is null || shown.ExpiresAt <= now)
            return (LoginTokenOutcome.Invalid, null);

        if (shown.UsedAt is { } usedAt)
        {
            var followed = now - usedAt > LostAnswer || row.LastUsedAt > usedAt || await db.RefreshTokens.AnyAsync(r => r.TokenId == row.Id && r.UsedAt > usedAt, cancellationToken);
            if (followed)
                return await EndAsync(db, row, cancellationToken);
            await db.RefreshTokens.Where(r => r.TokenId == row.Id && r.UsedAt == null).ExecuteDeleteAsync(cancellationToken);
        }
        else
        {
            await db.RefreshTokens.Where(r => r.Hash == hash).ExecuteUpdateAsync(set => set.SetProperty(r => r.UsedAt, now), cancellationToken);
        }

        // Whole seconds, as in the token, and never the same twice, or its text would be the same.
        var renewedAt = DateTimeOffset.FromUnixTimeSeconds(Math.Max(now.ToUnixTimeSeconds(), row.IssuedAt.ToUnixTimeSeconds() + 1));
        (row.RenewedAt, row.ExpiresAt) = (renewedAt, renewedAt + Lifetime);
        await db.AccessTokens.Where(t => t.Id == row.Id).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.RenewedAt, row.RenewedAt).SetProperty(t => t.ExpiresAt, row.ExpiresAt), cancellationToken);
        await db.RefreshTokens.Where(r => r.TokenId == row.Id && r.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        var next = LoginCodes.NewSecret();
        db.RefreshTokens.Add(RowOf(next, row, now));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        stamps.BumpUser(row.UserId);
        return (LoginTokenOutcome.Issued, new(issuer.TextOf(row), next, Lifetime));
    }

    /// <summary>Until when each login can renew itself; tokens that were not made by a login are not in it.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> RenewableUntilAsync(string userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.RefreshTokens
            .Where(r => r.UsedAt == null && r.ExpiresAt > now && db.AccessTokens.Any(t => t.Id == r.TokenId && t.UserId == userId && t.RevokedAt == null))
            .GroupBy(r => r.TokenId)
            .Select(group => new { group.Key, Until = group.Max(r => r.ExpiresAt) })
            .ToDictionaryAsync(group => group.Key, group => group.Until, cancellationToken);
    }

    private TimeSpan Lifetime => TimeSpan.FromDays(options.Value.LoginDays);

    private RefreshToken RowOf(string secret, AccessToken row, DateTimeOffset now) =>
        new() { Hash = LoginCodes.Hash(secret), TokenId = row.Id, ExpiresAt = now + TimeSpan.FromDays(options.Value.LoginRenewDays) };

    private async Task<(LoginTokenOutcome Outcome, LoginToken? Token)> EndAsync(RepoHostDb db, AccessToken row, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.AccessTokens.Where(t => t.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellationToken);
        await db.Database.CommitTransactionAsync(CancellationToken.None);
        stamps.BumpUser(row.UserId);
        Log.UsedTwice(logger, row.Id, row.UserId);
        return (LoginTokenOutcome.Invalid, null);
    }

    private bool AsksTooOften(string hash)
    {
        var tooOften = polls.TryGet(hash, out var last) && time.GetElapsedTime(last) < DeviceLogins.Interval - Tolerance;
        polls.Set(hash, time.GetTimestamp());
        return tooOften;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A refresh token of login {TokenId} of person {UserId} was shown a second time; it may have been stolen, and the login is ended")]
        public static partial void UsedTwice(ILogger logger, string tokenId, string userId);
    }
}
