namespace RepoHost.Accounts;

/// <summary>Asks again at the end of a long upload what was asked at its beginning: hours may lie between.</summary>
internal sealed class CallerStanding(CheckedTokens tokens, People people)
{
    /// <summary>The token has not ended, and the person is not disabled.</summary>
    public async ValueTask<bool> IsStillGoodAsync(Caller caller, CancellationToken cancellationToken) => caller switch
    {
        { Kind: not CallerKind.Person } or { UserId: null } => false,
        { TokenId: { } tokenId } => await tokens.FindAsync(tokenId, caller.UserId, cancellationToken) is { Refused: false },
        _ => await people.FindAsync(caller.UserId, cancellationToken) is { Disabled: false },
    };
}
