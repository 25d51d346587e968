using System.Text.Json;
using GateMiddleware.Decisions;
using GateMiddleware.Rejection;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>The body of <c>handle</c> and <c>batch</c> (contract 6.4).</summary>
internal sealed record ReviewBody(PersonReference? Person, AccessState Status, string? Reason)
{
    private const int MaxReason = 200;
    private const int MaxPeople = 100;

    /// <summary>Of <c>grant</c>: access is granted to people, who may not have asked.</summary>
    public static readonly Refusal PersonMissing = HubErrors.Invalid("Either userId or user must be provided, but not both");

    /// <summary>Of <c>handle</c>.</summary>
    public static readonly Refusal RequestMissing = HubErrors.Invalid("Exactly one of user, userId and requestId must be provided");

    public static (ReviewBody? Body, Refusal? Invalid) Read(JsonDocument? document)
    {
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
            return (null, HubErrors.Invalid("Invalid input: expected object"));
        if (AccessRequestJson.ParseState(Text(root, "status")) is not { } status)
            return (null, HubErrors.Invalid("Invalid option: expected one of \"accepted\"|\"rejected\"|\"pending\"|\"reset\"", "status"));

        // Each reason counts for its own status; with another it is passed over, not refused. Too long is too long either way.
        foreach (var key in (string[])["rejectionReason", "resetReason"])
        {
            if (Text(root, key) is { Length: > MaxReason })
                return (null, HubErrors.Invalid($"Too big: expected string to have <={MaxReason} characters", key));
        }

        var reason = status switch
        {
            AccessState.Rejected => Text(root, "rejectionReason"),
            AccessState.Reset => Text(root, "resetReason"),
            _ => null,
        };
        return (new(ReadRequest(root), status, reason), null);
    }

    /// <summary>Null unless exactly one of <c>user</c> and <c>userId</c> is there.</summary>
    public static PersonReference? ReadPerson(JsonElement? element) => ReadRequest(element) is { RequestId: null } person ? person : null;

    public static IReadOnlyList<PersonReference>? ReadPeople(JsonDocument? document)
    {
        if (document is null || !document.RootElement.TryGetProperty("requests", out var requests) || requests.ValueKind != JsonValueKind.Array)
            return null;
        var count = requests.GetArrayLength();
        if (count is < 1 or > MaxPeople)
            return null;
        var people = requests.EnumerateArray().Select(r => ReadRequest(r)).OfType<PersonReference>().ToList();
        return people.Count == count ? people : null;
    }

    /// <summary>Null unless exactly one of <c>user</c>, <c>userId</c> and <c>requestId</c> is there.</summary>
    private static PersonReference? ReadRequest(JsonElement? element)
    {
        if (element is not { ValueKind: JsonValueKind.Object } root)
            return null;
        var (name, id, request) = (Named(root, "user"), Named(root, "userId"), Named(root, "requestId"));
        return new[] { name, id, request }.Count(n => n is not null) == 1 ? new(name, id, RequestId: request) : null;
    }

    private static string? Named(JsonElement root, string key) => Text(root, key) is { Length: > 0 } text ? text : null;

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) ? JsonBody.Text(value) : null;
}
