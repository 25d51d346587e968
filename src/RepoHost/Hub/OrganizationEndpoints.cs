using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>Making, changing and deleting organizations. On the Hub these are pages only; the routes and bodies are our own, in the Hub's spelling.</summary>
internal static class OrganizationEndpoints
{
    public const string One = $"/api/organizations/{{{RouteAccessMetadata.Organization}}}";

    public static void MapOrganizations(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/organizations", CreateAsync).WithAccess(RouteAccess.Person);
        routes.MapPut($"{One}/settings", ChangeAsync).WithAccess(RouteAccess.AdministerOrganization);
        routes.MapDelete(One, DeleteAsync).WithAccess(RouteAccess.AdministerOrganization);
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> CreateAsync(HttpContext context, Organizations organizations, PublicUrl publicUrl)
    {
        using var body = await JsonBody.ReadAsync(context);
        var fields = new BodyFields(body);
        var (name, fullName) = (fields.Text("name"), fields.Text("fullname"));
        if (string.IsNullOrEmpty(name))
            fields.Wrong("name", "Invalid input: expected the organization's name");
        if (fields.Fault is { } invalid)
            return (Refused)invalid;
        var caller = context.Caller();
        if (!caller.IsUnlimited)
            return (Refused)HubErrors.NotPermitted;

        var result = await organizations.CreateAsync(caller, name!, fullName, context.RequestAborted);
        return result.Organization is { } made
            ? TypedResults.Ok(new JsonObject { ["name"] = made.Name, ["id"] = made.Id, ["url"] = publicUrl.Of($"/{made.Name}") })
            : (Refused)new GateMiddleware.Rejection.Refusal(StatusOf(result.Outcome), null, result.Message, null);
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> ChangeAsync(HttpContext context, OrganizationSettings settings)
    {
        using var body = await JsonBody.ReadAsync(context);
        var fields = new BodyFields(body);
        var change = new OrganizationSettingsChange(fields.Text("fullname"), fields.Flag("privateByDefault"));
        if (fields.Fault is { } invalid)
            return (Refused)invalid;
        return await settings.ChangeAsync(context.Organization().Organization.Id, change, context.RequestAborted) is { } sentence
            ? (Refused)HubErrors.BadRequest(sentence)
            : TypedResults.Ok(new JsonObject());
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> DeleteAsync(HttpContext context, OrganizationRemoval removal)
    {
        var organization = context.Organization().Organization;
        var result = await removal.RemoveAsync(organization.Id, context.RequestAborted);
        return result.Outcome switch
        {
            RemoveOrganizationOutcome.Removed => TypedResults.Ok(new JsonObject()),
            RemoveOrganizationOutcome.OwnsRepositories => (Refused)new GateMiddleware.Rejection.Refusal(
                409, null, $"{organization.Name} owns {result.Repositories} {(result.Repositories == 1 ? "repository" : "repositories")}. Move or delete them first.", null),
            _ => (Refused)HubErrors.OrganizationNotFound,
        };
    }

    private static int StatusOf(AddOrganizationOutcome outcome) => outcome switch
    {
        AddOrganizationOutcome.NotAllowed => 403,
        AddOrganizationOutcome.NameTaken => 409,
        _ => 400,
    };
}
