using System.Text.Json.Nodes;
using GateMiddleware.Decisions;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>Access requests on the wire, keys in the recorded order; absent ones are left out (contract 6.4, 6.7).</summary>
internal static class AccessRequestJson
{
    public static AccessState? ParseState(string? word) => word switch
    {
        "pending" => AccessState.Pending,
        "accepted" => AccessState.Accepted,
        "rejected" => AccessState.Rejected,
        "reset" => AccessState.Reset,
        _ => null,
    };

    public static string Word(AccessState state) => state.ToString().ToLowerInvariant();

    public static JsonNode ListItem(AccessRequest request)
    {
        var user = PersonJson.Of(request.User!);
        user["verifiedOrgNames"] = new JsonArray();
        AddMail(user, request);

        var item = new JsonObject { ["user"] = user };
        if (request.Fields is { } fields)
            item["fields"] = JsonNode.Parse(fields);
        item["timestamp"] = HubTime.Write(request.RequestedAt);
        if (request.ReviewedAt is { } reviewed)
            item["reviewedAt"] = HubTime.Write(reviewed);
        item["status"] = Word(request.State);
        if (request.GrantedBy is { } reviewer)
            item["grantedBy"] = PersonJson.Of(reviewer);
        // huggingface_hub 2.3 and newer fails on a row without it, in every state.
        item["requestId"] = request.RequestId;
        return item;
    }

    public static JsonObject ReportItem(AccessRequest request)
    {
        var item = Named(request.User!);
        AddMail(item, request);
        if (request.Fields is { } fields)
            item["fields"] = JsonNode.Parse(fields);
        item["time"] = HubTime.Write(request.RequestedAt);
        if (request.ReviewedAt is { } reviewed)
            item["reviewedAt"] = HubTime.Write(reviewed);
        item["status"] = Word(request.State);
        if (request.GrantedBy is { } reviewer)
            item["grantedBy"] = Named(reviewer);
        return item;
    }

    /// <summary>The Hub has no such key; people are written as the Hub writes them.</summary>
    private static JsonObject Named(User user)
    {
        var item = new JsonObject { ["fullname"] = FullName(user), ["user"] = user.UserName };
        if (user.IsService)
            item["isService"] = true;
        return item;
    }

    private static string? FullName(User user) => user.FullName.Length > 0 ? user.FullName : user.UserName;

    /// <summary>Whoever was granted access without asking has not agreed to share the address.</summary>
    private static void AddMail(JsonObject person, AccessRequest request)
    {
        if (request is not { Asked: true, User: { Email: { } mail } user })
            return;
        person["email"] = mail;
        // Only then, so that other rows are as the Hub writes them; the word is that of whoami.
        if (!user.EmailConfirmed)
            person["emailVerified"] = false;
    }
}
