using System.Text.Json;
using System.Text.Json.Nodes;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>PUT /api/{types}/{id}/settings</c> (contract 6.6): echoes what was sent of <c>gated</c>, <c>private</c> and <c>visibility</c>.</summary>
internal static class RepositorySettingsEndpoints
{
    public static void MapRepositorySettings(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapPut($"{HubRoutes.ApiId(type)}/settings", ChangeAsync).WithAccess(RouteAccess.ChangeSettings, type);

    private static async Task<Results<Ok<JsonObject>, Refused>> ChangeAsync(HttpContext context, GateSettings settings)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body?.RootElement is not { ValueKind: JsonValueKind.Object } root)
            return (Refused)HubErrors.Invalid("Invalid input: expected object");

        var (change, invalid) = Read(root);
        if (change is null)
            return (Refused)invalid!;

        var repository = context.Repository();
        if (await settings.ChangeAsync(repository, change, context.RequestAborted) is { } cardGate)
            return (Refused)new Refusal(409, null, CardProblemText.StillGates(repository.Card, cardGate), null);

        var echo = new JsonObject();
        foreach (var key in (string[])["gated", "private", "visibility"])
        {
            if (root.TryGetProperty(key, out var sent))
                echo[key] = JsonNode.Parse(sent.GetRawText());
        }

        return TypedResults.Ok(echo);
    }

    private static (GateSettingsChange? Change, Refusal? Invalid) Read(JsonElement root)
    {
        var change = new GateSettingsChange(null, null, null, null, null);
        foreach (var property in root.EnumerateObject())
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "gated":
                    if (Mode(value) is not { } mode)
                        return (null, HubErrors.Invalid("Invalid option: expected one of false|\"auto\"|\"manual\"", "gated"));
                    change = change with { Gated = mode };
                    break;
                case "private":
                    if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                        return (null, HubErrors.Invalid("Invalid input: expected boolean", "private"));
                    change = change with { Private = value.GetBoolean() };
                    break;
                case "visibility":
                    if (JsonBody.Text(value) is not ("public" or "private"))
                        return (null, HubErrors.Invalid("Invalid option: expected one of \"public\"|\"private\"", "visibility"));
                    change = change with { Private = JsonBody.Text(value) == "private" };
                    break;
                case "orgMembersGated":
                    if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                        return (null, HubErrors.Invalid("Invalid input: expected boolean", "orgMembersGated"));
                    change = change with { OrgMembersGated = value.GetBoolean() };
                    break;
                case "gatedNotificationsMode":
                    if (JsonBody.Text(value) is not ("bulk" or "real-time"))
                        return (null, HubErrors.Invalid("Invalid option: expected one of \"bulk\"|\"real-time\"", "gatedNotificationsMode"));
                    change = change with { NotificationsMode = JsonBody.Text(value) == "bulk" ? NotificationsMode.Bulk : NotificationsMode.RealTime };
                    break;
                case "gatedNotificationsEmail":
                    if (JsonBody.Text(value) is not { } mail || !UserAccounts.IsEmail(mail))
                        return (null, HubErrors.Invalid("Invalid email address", "gatedNotificationsEmail"));
                    change = change with { NotificationsEmail = mail };
                    break;
            }
        }

        return (change, null);
    }

    private static GateMode? Mode(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => GateMode.Open,
        JsonValueKind.String when JsonBody.Text(value) == "auto" => GateMode.Auto,
        JsonValueKind.String when JsonBody.Text(value) == "manual" => GateMode.Manual,
        _ => null,
    };
}
