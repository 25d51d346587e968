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
    public Task<IssuedToken> IssueAsync(User user, string name, TokenRole role, TimeSpan? lifetime, CancellationToken cancellationToken) =>
        SaveAsync(New(user.Id, name, role, lifetime ?? TimeSpan.FromDays(options.Value.TokenDays)), cancellationToken);

    /// <summary>A fine-grained token; throws as the other does, and for too many scopes.</summary>
    public Task<IssuedToken> IssueAsync(User user, string name, TokenGrant grant, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        var row = New(user.Id, name, TokenRole.FineGrained, lifetime ?? TimeSpan.FromDays(options.Value.TokenDays));
        row.CanReadGatedRepos = grant.CanReadGatedRepos;
        foreach (var scope in ScopesOf(row.Id, grant))
            row.Scopes.Add(scope);
        return SaveAsync(row, cancellationToken);
    }

    /// <summary>A row that is not saved yet; <see cref="TextOf"/> spells its token.</summary>
    public AccessToken New(string userId, string name, TokenRole role, TimeSpan lifetime)
    {
        if (!TokenNames.IsValid(name))
            throw new ArgumentException(TokenNames.Rule, nameof(name));
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, TimeSpan.FromDays(3650));

        // Whole seconds, as in the token.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        return new AccessToken
        {
            Id = HubId.New(),
            UserId = userId,
            Name = name,
            Role = role,
            CreatedAt = now,
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((now + lifetime).ToUnixTimeSeconds()),
        };
    }

    /// <summary>The token that goes with a row. Two rows, or a row before and after it was renewed, never have the same.</summary>
    public IssuedToken TextOf(AccessToken row) => new(TokenSpelling.Spell(Sign(row)), row.Id, row.ExpiresAt);

    /// <summary>Gives a fine-grained token other rights; in force when it returns, on every process of this machine.</summary>
    /// <returns>False when the person has no such token, or it has been revoked or is not fine-grained.</returns>
    public async Task<bool> ChangeRightsAsync(string tokenId, string ofUserId, TokenGrant grant, CancellationToken cancellationToken)
    {
        var scopes = ScopesOf(tokenId, grant).ToList();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var changed = await db.AccessTokens
            .Where(t => t.Id == tokenId && t.UserId == ofUserId && t.Role == TokenRole.FineGrained && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.CanReadGatedRepos, grant.CanReadGatedRepos), cancellationToken);
        if (changed == 0)
            return false;

        await db.AccessTokenScopes.Where(s => s.TokenId == tokenId).ExecuteDeleteAsync(cancellationToken);
        db.AccessTokenScopes.AddRange(scopes);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        stamps.BumpUser(ofUserId);
        return true;
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

    /// <summary>One of the person's own; null for any other.</summary>
    public async Task<AccessToken?> FindAsync(string tokenId, string ofUserId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.AccessTokens.AsNoTracking().FirstOrDefaultAsync(t => t.Id == tokenId && t.UserId == ofUserId, cancellationToken);
    }

    /// <summary>How many tokens of a person are good now.</summary>
    public async Task<int> CountLiveAsync(string userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.AccessTokens.CountAsync(t => t.UserId == userId && t.RevokedAt == null && t.ExpiresAt > now, cancellationToken);
    }

    private async Task<IssuedToken> SaveAsync(AccessToken row, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.AccessTokens.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        return TextOf(row);
    }

    private static IEnumerable<AccessTokenScope> ScopesOf(string tokenId, TokenGrant grant)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grant.Scopes.Count, TokenGrant.MostScopes, nameof(grant));
        return grant.Scopes.Where(scope => scope.Rights != TokenRights.None).Select(scope => new AccessTokenScope
        {
            TokenId = tokenId,
            RepositoryId = scope.Entity.IsNamespace ? null : scope.Entity.Id,
            UserId = scope.Entity.Kind == ScopeEntityKind.User ? scope.Entity.Id : null,
            OrganizationId = scope.Entity.Kind == ScopeEntityKind.Organization ? scope.Entity.Id : null,
            Rights = scope.Rights,
        });
    }

    private string Sign(AccessToken row)
    {
        var key = keys.Newest;
        // Written by hand: the fewest bytes, in an order that never changes. Every value is ours and needs no escaping.
        var header = $$"""{"alg":"HS256","kid":"{{key.Id}}"}""";
        var payload = $$"""
            {"iss":"{{Issuer}}","aud":"{{Audience}}","sub":"{{ClaimIds.Shorten(row.UserId)}}","jti":"{{ClaimIds.Shorten(row.Id)}}","iat":{{row.IssuedAt.ToUnixTimeSeconds()}},"exp":{{row.ExpiresAt.ToUnixTimeSeconds()}}}
            """;
        var signed = $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(payload))}";
        var signature = HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
