using System.Text.Json;

namespace RepoHost.Gating;

/// <summary>The answers to a gate's form as a request keeps them: one JSON object, label to text, in the order of the card that asked.</summary>
internal static class StoredAnswers
{
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string? fields)
    {
        if (fields is null)
            return [];
        using var document = JsonDocument.Parse(fields);
        return [.. document.RootElement.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, field.Value.GetString() ?? ""))];
    }
}
