using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Notifications;

namespace RepoHost.Hub;

/// <summary>Inviting people by name or by mail, for an organization's admins. Accepting is a person's act, in the browser. The routes are our own.</summary>
internal static class InvitationEndpoints
{
    private const string Invitations = $"{OrganizationEndpoints.One}/invitations";

    public static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Invitations, HubRoutes.GetAndHead, ListAsync).WithAccess(RouteAccess.AdministerOrganization);
        routes.MapPost(Invitations, InviteAsync).WithAccess(RouteAccess.AdministerOrganization);
        routes.MapDelete($"{Invitations}/{{id}}", WithdrawAsync).WithAccess(RouteAccess.AdministerOrganization);
    }

    private static async Task<Ok<JsonArray>> ListAsync(HttpContext context, Invitations invitations)
    {
        var rows = await invitations.ListAsync(context.Organization().Organization.Id, context.RequestAborted);
        return TypedResults.Ok(new JsonArray([.. rows.Select(Item)]));
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> InviteAsync(HttpContext context, InvitationMails mails)
    {
        using var body = await JsonBody.ReadAsync(context);
        var fields = new BodyFields(body);
        var (user, email, role) = (fields.Text("user"), fields.Text("email"), OrganizationMemberEndpoints.RoleIn(fields));
        if (string.IsNullOrEmpty(user) == string.IsNullOrEmpty(email))
            fields.Wrong("user", "Invalid input: either user or email must be provided, but not both");
        if (fields.Fault is { } invalid)
            return (Refused)invalid;

        if (email?.Contains('@', StringComparison.Ordinal) == false)
            return (Refused)HubErrors.BadRequest("This is not a mail address.");

        var result = await mails.InviteAsync(context.Organization().Organization, user ?? email!, role, context.Caller(), context.RequestAborted);
        return result.Invitation is { } made ? TypedResults.Ok(new JsonObject { ["id"] = made.Id }) : (Refused)HubErrors.BadRequest(result.Message);
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> WithdrawAsync(HttpContext context, string id, Invitations invitations) =>
        await invitations.WithdrawAsync(context.Organization().Organization.Id, id, context.RequestAborted)
            ? TypedResults.Ok(new JsonObject())
            : (Refused)new GateMiddleware.Rejection.Refusal(404, null, "Invitation not found", null);

    private static JsonNode Item(Invitation invitation)
    {
        var item = new JsonObject { ["id"] = invitation.Id };
        if (invitation.User is { } user)
            item["user"] = user.UserName;
        if (invitation.Email is { } email)
            item["email"] = email;
        item["role"] = OrganizationMemberEndpoints.Word(invitation.Role);
        if (invitation.InvitedBy is { } inviter)
            item["invitedBy"] = inviter.UserName;
        item["createdAt"] = HubTime.Write(invitation.CreatedAt);
        item["expiresAt"] = HubTime.Write(invitation.ExpiresAt);
        return item;
    }
}
