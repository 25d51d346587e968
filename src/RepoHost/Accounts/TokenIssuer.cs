using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="Text">The token itself: shown once, stored nowhere.</param>
internal sealed record IssuedToken(string Text, string Id, DateTimeOffset ExpiresAt);


internal sealed class TokenIssuer
{
    /// <summary>Throws <see cref="ArgumentException"/> for a name that <see cref="TokenNames"/> refuses.</summary>
    public Task<IssuedToken> IssueAsync(User user, string name, TokenRole role, TimeSpan? lifetime, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <returns>False when there is no such token.</returns>
    public Task<bool> RevokeAsync(string tokenId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<IReadOnlyList<AccessToken>> ListAsync(string userId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
