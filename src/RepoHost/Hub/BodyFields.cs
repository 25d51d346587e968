using System.Text.Json;
using GateMiddleware.Rejection;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>Reads the fields of a JSON object; an absent field and <c>null</c> are the same. The first one of a wrong kind is kept as <see cref="Fault"/>.</summary>
/// <param name="document">Null reads like an empty object.</param>
internal sealed class BodyFields(JsonDocument? document)
{
    /// <summary>Why a body can't be read, for routes that need an object.</summary>
    public static Refusal Unreadable(JsonBodyFault fault) => fault == JsonBodyFault.TooLong
        ? new(413, null, "The body is longer than this address takes.", null)
        : HubErrors.Invalid("Invalid input: the body is not JSON; expected object");

    public static readonly Refusal NotAnObject = HubErrors.Invalid("Invalid input: expected object");

    private readonly JsonElement root = document?.RootElement ?? default;

    public Refusal? Fault { get; private set; } = document?.RootElement.ValueKind is null or JsonValueKind.Object ? null : NotAnObject;

    /// <summary>Whether the field is there, of whatever kind.</summary>
    public bool Has(string name) => Find(name) is not null;

    public string? Text(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (JsonBody.Text(value) is { } text)
            return text;
        Wrong(name, "Invalid input: expected string");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Wrong(name, "Invalid input: expected boolean");
        return null;
    }

    /// <summary>A whole number above 0.</summary>
    public long? Size(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var size) && size > 0)
            return size;
        Wrong(name, "Invalid input: expected a whole number above 0");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public string? Word(string name, params string[] words)
    {
        if (Find(name) is not { } value)
            return null;
        if (JsonBody.Text(value) is { } word && words.Contains(word))
            return word;
        Wrong(name, $"Invalid option: expected one of {string.Join('|', words.Select(w => $"\"{w}\""))}");
        return null;
    }

    public IReadOnlyList<JsonElement> List(string name)
    {
        if (Find(name) is not { } value)
            return [];
        if (value.ValueKind == JsonValueKind.Array)
            return [.. value.EnumerateArray()];
        Wrong(name, "Invalid input: expected array");
        return [];
    }

    public void Wrong(string name, string sentence) => Fault ??= HubErrors.Invalid(sentence, name);

    private JsonElement? Find(string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
