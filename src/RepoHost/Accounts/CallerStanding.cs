namespace RepoHost.Accounts;

/// <summary>Asks again at the end of a long upload what was asked at its beginning: hours may lie between.</summary>
internal sealed class CallerStanding(CheckedTokens tokens, CheckedSessions sessions)
{
    /// <summary>The caller as they are now, with what the token allows now; null when the token or the session has ended, or the person is disabled.</summary>
    public async ValueTask<Caller?> FindAsync(Caller caller, CancellationToken cancellationToken)
    {
        switch (caller)
        {
            case { Kind: not CallerKind.Person } or { UserId: null }:
                return null;
            case { TokenId: { } tokenId }:
                return await tokens.FindAsync(tokenId, caller.UserId, cancellationToken) is { Refused: false } token ? token.As(caller.CredentialKind) : null;
            default:
                return caller.SessionId is { } id && await sessions.FindAsync(id, caller.UserId, cancellationToken) is { IsGood: true } ? caller : null;
        }
    }
}
