using System.Text.Json.Nodes;
using RepoHost.Accounts;

namespace RepoHost.Gating;

/// <summary>A repository with its card.</summary>
internal sealed record FoundRepository(RepositoryRecord Record, CardPolicy Card)
{
    public IReadOnlyList<string> Tags => CardTags.Of(Record.Type, Card.Card?.Metadata, ModelContents.None);

    /// <summary>The value of a key of the card that holds one word; null for anything else.</summary>
    public string? Word(string key) => Card.Card?.Metadata?[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
