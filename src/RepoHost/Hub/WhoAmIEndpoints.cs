using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>GET /api/whoami-v2</c> (contract 4.8). There is no <c>user</c> or <c>login</c> beside <c>name</c>: one client maps all three to one field (trap T35).</summary>
internal static class WhoAmIEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapWhoAmI(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/whoami-v2", Methods, WhoAmIAsync).WithAccess(RouteAccess.Person);

    private static async Task<Results<Ok<JsonObject>, Refused>> WhoAmIAsync(HttpContext context, UserAccounts users, TokenEntities entities)
    {
        var caller = context.Caller();
        if (await users.DescribeAsync(caller, context.RequestAborted) is not { } me)
            return (Refused)HubErrors.InvalidCredentials;

        var json = new JsonObject
        {
            ["type"] = "user",
            ["id"] = me.Id,
            ["name"] = me.Name,
            ["fullname"] = me.FullName,
            ["email"] = me.Email,
            ["emailVerified"] = me.EmailVerified,
            ["isService"] = true,
            ["canPay"] = false,
            ["billingMode"] = "prepaid",
            ["periodEnd"] = null,
            ["isPro"] = false,
            ["avatarUrl"] = PersonJson.Avatar(me.Id),
            ["orgs"] = new JsonArray([.. me.Organizations.Select(Organization)]),
        };

        // Each of the two has what the other has not.
        json.Remove(me.IsService ? "email" : "isService");

        // The JavaScript client reads auth.accessToken without a look whether it is there.
        var token = new JsonObject
        {
            ["displayName"] = me.Token is { } named ? named.DisplayName : "browser session",
            ["role"] = Role(me.Token?.Role ?? TokenRole.Write),
            ["createdAt"] = me.Token is { } row ? HubTime.Write(row.CreatedAt) : null,
        };
        if (token["displayName"] is null)
            token.Remove("displayName");
        if (caller is { TokenRole: TokenRole.FineGrained, TokenId: { } tokenId })
            token["fineGrained"] = FineGrained(caller.Scopes, (await entities.DescribeAsync(me.Id, [tokenId], context.RequestAborted))[tokenId]);
        json["auth"] = new JsonObject { ["type"] = "access_token", ["accessToken"] = token };
        return TypedResults.Ok(json);
    }

    /// <summary>In the Hub's words and its order.</summary>
    private static JsonObject FineGrained(TokenScopes scopes, IEnumerable<ScopeGrant> grants) => new()
    {
        ["canReadGatedRepos"] = scopes.ReadsGated,
        ["global"] = new JsonArray(),
        ["scoped"] = new JsonArray([.. grants.Select(grant => new JsonObject
        {
            ["entity"] = new JsonObject { ["_id"] = grant.Entity.Id, ["type"] = grant.Entity.Word, ["name"] = grant.Entity.Name },
            ["permissions"] = new JsonArray([.. grant.Rights.Permissions().Select(word => (JsonNode)word)]),
        })]),
    };

    private static JsonNode Organization(WhoAmIOrganization organization) => new JsonObject
    {
        ["type"] = "org",
        ["id"] = organization.Id,
        ["name"] = organization.Name,
        ["fullname"] = organization.FullName,
        ["email"] = null,
        ["canPay"] = false,
        ["avatarUrl"] = PersonJson.Avatar(organization.Id),
        ["periodEnd"] = null,
        ["roleInOrg"] = organization.Role.ToString().ToLowerInvariant(),
    };

    private static string Role(TokenRole role) => role switch
    {
        TokenRole.Read => "read",
        TokenRole.Write => "write",
        _ => "fineGrained",
    };
}
