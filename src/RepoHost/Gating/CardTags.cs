using System.Text.Json.Nodes;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>The tags of a repository: the card's own and those that the Hub makes of other keys, such as <c>license:mit</c> (contract 8).</summary>
internal static class CardTags
{
    /// <summary>Keys whose values become <c>key:value</c>.</summary>
    private static readonly (string Key, string Prefix)[] Prefixed =
    [
        ("license", "license"), ("datasets", "dataset"), ("base_model", "base_model"), ("task_categories", "task_categories"), ("task_ids", "task_ids"),
        ("size_categories", "size_categories"), ("multilinguality", "multilinguality"), ("annotations_creators", "annotations_creators"),
        ("language_creators", "language_creators"), ("source_datasets", "source_datasets"), ("modality", "modality"),
    ];

    /// <param name="contents">What the files say; the card's own word for task and library counts more.</param>
    public static IReadOnlyList<string> Of(RepositoryType type, JsonObject? metadata, ModelContents contents)
    {
        var tags = new List<string>();
        if (type == RepositoryType.Model)
        {
            tags.AddRange(Own(metadata, "library_name", contents.Library));
            tags.AddRange(contents.Tags);
            tags.AddRange(Values(metadata?["tags"]));
            tags.AddRange(Own(metadata, "pipeline_tag", contents.Task));
            tags.AddRange(Values(metadata?["language"]));
        }
        else
        {
            if (type == RepositoryType.Space)
                tags.AddRange(Values(metadata?["sdk"]));
            tags.AddRange(Values(metadata?["language"]).Select(l => $"language:{l}"));
            tags.AddRange(Values(metadata?["tags"]));
        }

        foreach (var (key, prefix) in Prefixed)
            tags.AddRange(Values(metadata?[key]).Select(v => $"{prefix}:{v}"));
        return [.. tags.Distinct(StringComparer.Ordinal)];
    }

    public static string? TaskOf(JsonObject? metadata, ModelContents contents) => Word(metadata, "pipeline_tag") ?? contents.Task;

    public static string? LibraryOf(JsonObject? metadata, ModelContents contents) => Word(metadata, "library_name") ?? contents.Library;

    /// <summary>What the card has under a key, or else what the files say.</summary>
    private static string[] Own(JsonObject? metadata, string key, string? derived) =>
        Values(metadata?[key]).ToArray() is { Length: > 0 } words ? words : derived is null ? [] : [derived];

    private static string? Word(JsonObject? metadata, string key) => metadata?[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>One word or a list of words; anything else says nothing.</summary>
    public static IEnumerable<string> Values(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue(out string? text) => [text],
        JsonArray array => array.OfType<JsonValue>().Select(v => v.TryGetValue(out string? text) ? text : null).OfType<string>(),
        _ => [],
    };
}
