using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Tokens;

/// <summary>A person's own tokens, and ending one.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class IndexModel(TokenIssuer issuer, TokenEntities entities, LoginTokens logins, TimeProvider time) : SitePage
{
    /// <summary>Of those that have ended, the last ones: somebody may wonder why a program stopped.</summary>
    private const int MostEnded = 20;

    public IReadOnlyList<AccessToken> Live { get; private set; } = [];

    public IReadOnlyList<AccessToken> Ended { get; private set; } = [];

    public ILookup<string, ScopeGrant> Rights { get; private set; } = Array.Empty<ScopeGrant>().ToLookup(_ => "");

    /// <summary>Browser logins, and until when each can renew itself.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Renewable { get; private set; } = new Dictionary<string, DateTimeOffset>();

    public async Task OnGetAsync()
    {
        var (userId, now) = (Caller.UserId!, time.GetUtcNow());
        var all = await issuer.ListAsync(userId, HttpContext.RequestAborted);
        Renewable = await logins.RenewableUntilAsync(userId, HttpContext.RequestAborted);
        var live = all.ToLookup(token => token.RevokedAt is null && (token.ExpiresAt > now || Renewable.ContainsKey(token.Id)));
        Live = [.. live[true]];
        Ended = [.. live[false].OrderByDescending(EndOf).Take(MostEnded)];
        Rights = await entities.DescribeAsync(userId, [.. Live.Where(token => token.Role == TokenRole.FineGrained).Select(token => token.Id)], HttpContext.RequestAborted);
    }

    /// <summary>Ends one of the person's own tokens.</summary>
    public async Task<IActionResult> OnPostAsync(string? id)
    {
        if (id is null || !await issuer.RevokeAsync(id, Caller.UserId, HttpContext.RequestAborted))
            return Refuse(HubErrors.PageNotFound);
        Notify("The token is revoked. Whatever used it has no access any more.");
        return SeeOther("/settings/tokens");
    }

    public static DateTimeOffset EndOf(AccessToken token) => token.RevokedAt is { } revoked && revoked < token.ExpiresAt ? revoked : token.ExpiresAt;
}
