using System.Text.Json.Nodes;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// The members of an organization. The list and the change of a role are the Hub's routes; there everybody may read the list, here its members may
/// (threat row 24d).
/// </summary>
internal static class OrganizationMemberEndpoints
{
    private const string Members = $"{OrganizationEndpoints.One}/members";

    public static void MapOrganizationMembers(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Members, HubRoutes.GetAndHead, ListAsync).WithAccess(RouteAccess.BelongToOrganization);
        routes.MapPut($"{Members}/{{member}}/role", SetRoleAsync).WithAccess(RouteAccess.AdministerOrganization);
        routes.MapDelete($"{Members}/{{member}}", RemoveAsync).WithAccess(RouteAccess.AdministerOrganization);
        routes.MapPost($"{OrganizationEndpoints.One}/leave", LeaveAsync).WithAccess(RouteAccess.BelongToOrganization);
    }

    private static async Task<Ok<JsonArray>> ListAsync(HttpContext context, Organizations organizations)
    {
        var members = await organizations.ListMembersAsync(context.Organization().Organization.Id, context.RequestAborted);
        return TypedResults.Ok(new JsonArray([.. members.Select(Item)]));
    }

    /// <summary>Somebody who is no member yet has to accept an invitation; nobody is put into an organization.</summary>
    private static async Task<Results<Ok<JsonObject>, Refused>> SetRoleAsync(HttpContext context, string member, Organizations organizations)
    {
        using var body = await JsonBody.ReadAsync(context);
        var fields = new BodyFields(body);
        var role = RoleIn(fields);
        if (fields.Fault is { } invalid)
            return (Refused)invalid;
        return Answer(await organizations.ChangeRoleAsync(context.Organization().Organization.Name, member, role, context.RequestAborted));
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> RemoveAsync(HttpContext context, string member, Organizations organizations) =>
        Answer(await organizations.RemoveMemberAsync(context.Organization().Organization.Name, member, context.RequestAborted));

    private static async Task<Results<Ok<JsonObject>, Refused>> LeaveAsync(HttpContext context, Organizations organizations)
    {
        var caller = context.Caller();
        return caller is { IsUnlimited: true, IsService: false }
            ? Answer(await organizations.RemoveMemberAsync(context.Organization().Organization.Name, caller.UserName!, context.RequestAborted))
            : (Refused)HubErrors.NotPermitted;
    }

    /// <summary>Asked for in the body; look at the fields' fault before using it.</summary>
    public static OrganizationRole RoleIn(BodyFields fields)
    {
        var word = fields.Word("role", "read", "contributor", "write", "admin");
        if (word is null)
            fields.Wrong("role", "Invalid input: expected one of \"read\"|\"contributor\"|\"write\"|\"admin\"");
        return Enum.TryParse<OrganizationRole>(word, ignoreCase: true, out var role) ? role : OrganizationRole.Read;
    }

    public static string Word(OrganizationRole role) => role.ToString().ToLowerInvariant();

    private static JsonNode Item(Membership membership)
    {
        var item = PersonJson.Of(membership.User!);
        item["role"] = Word(membership.Role);
        return item;
    }

    private static Results<Ok<JsonObject>, Refused> Answer(MembershipOutcome outcome) => outcome switch
    {
        MembershipOutcome.Done => TypedResults.Ok(new JsonObject()),
        MembershipOutcome.NoSuchOrganization => (Refused)HubErrors.OrganizationNotFound,
        MembershipOutcome.NoSuchUser or MembershipOutcome.NotAMember or MembershipOutcome.ServiceOfAnother => (Refused)new Refusal(404, null, "Member not found", null),
        MembershipOutcome.LastAdministrator => (Refused)new Refusal(409, null, "This is the organization's last admin. Make somebody else admin first.", null),
        _ => (Refused)HubErrors.BadRequest("A service account can't be an admin."),
    };
}
