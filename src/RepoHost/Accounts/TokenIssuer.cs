using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="Text">The token itself: shown once, stored nowhere.</param>
internal sealed record IssuedToken(string Text, string Id, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the text, which must not reach a log.</summary>
    public override string ToString() => $"token {Id}";
}

/// <summary>Makes, lists and ends <c>hf_</c> tokens.</summary>
internal sealed class TokenIssuer(
    IDbContextFactory<RepoHostDb> databases, SigningKeys keys, ChangeStamps stamps, IOptions<AccountsOptions> options, TimeProvider time)
{
    public const string Issuer = "repohost";
    public const string Audience = "hub";

    /// <summary>Throws <see cref="ArgumentException"/> for a name that <see cref="TokenNames"/> refuses and for a lifetime that is not positive.</summary>
    public async Task<IssuedToken> IssueAsync(User user, string name, TokenRole role, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        if (!TokenNames.IsValid(name))
            throw new ArgumentException(TokenNames.Rule, nameof(name));
        var length = lifetime ?? TimeSpan.FromDays(options.Value.TokenDays);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, TimeSpan.FromSeconds(1), nameof(lifetime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, TimeSpan.FromDays(3650), nameof(lifetime));

        // Whole seconds, as in the token.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var row = new AccessToken
        {
            Id = HubId.New(),
            UserId = user.Id,
            Name = name,
            Role = role,
            CreatedAt = now,
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((now + length).ToUnixTimeSeconds()),
        };
        var text = TokenSpelling.Spell(Sign(row));

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.AccessTokens.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        return new IssuedToken(text, row.Id, row.ExpiresAt);
    }

    /// <summary>In force when it returns, on every process of this machine.</summary>
    /// <returns>False when there is no such token; true also when it was revoked before.</returns>
    public Task<bool> RevokeAsync(string tokenId, CancellationToken cancellationToken) => RevokeAsync(tokenId, ofUserId: null, cancellationToken);

    /// <summary>The same for one person's tokens: somebody else's id finds nothing.</summary>
    public async Task<bool> RevokeAsync(string tokenId, string? ofUserId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var userId = await db.AccessTokens
            .Where(t => t.Id == tokenId && (ofUserId == null || t.UserId == ofUserId))
            .Select(t => t.UserId)
            .FirstOrDefaultAsync(cancellationToken);
        if (userId is null)
            return false;

        var now = time.GetUtcNow();
        await db.AccessTokens
            .Where(t => t.Id == tokenId && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), CancellationToken.None);
        stamps.BumpUser(userId);
        return true;
    }

    /// <summary>Newest first, revoked and expired ones too.</summary>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.AccessTokens.AsNoTracking()
            .Where(t => t.UserId == userId)
            .OrderByDescending(t => t.CreatedAt).ThenBy(t => t.Id)
            .ToListAsync(cancellationToken);
    }

    private string Sign(AccessToken row)
    {
        var key = keys.Newest;
        // Written by hand: the fewest bytes, in an order that never changes. Every value is ours and needs no escaping.
        var header = $$"""{"alg":"HS256","kid":"{{key.Id}}"}""";
        var payload = $$"""
            {"iss":"{{Issuer}}","aud":"{{Audience}}","sub":"{{ClaimIds.Shorten(row.UserId)}}","jti":"{{ClaimIds.Shorten(row.Id)}}","iat":{{row.CreatedAt.ToUnixTimeSeconds()}},"exp":{{row.ExpiresAt.ToUnixTimeSeconds()}}}
            """;
        var signed = $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(payload))}";
        var signature = HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
