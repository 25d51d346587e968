using System.Text.Json.Nodes;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Hub;

/// <summary>What a repository's card says, as JSON shows it: of the card itself, or of what was written down for lists.</summary>
/// <param name="Tags">The words that <c>filter=</c> matches: the card's own and, as the Hub spells them, library, task, licence and languages.</param>
/// <param name="Front">Makes the front matter; null when there is none.</param>
internal sealed record CardFacts(GateMode Gate, string? Task, string? Library, IReadOnlyList<string> Tags, Func<JsonObject?> Front)
{
    private JsonObject? front;
    private bool made;

    public JsonObject? Metadata
    {
        get
        {
            (front, made) = made ? (front, true) : (Front(), true);
            return front;
        }
    }

    /// <param name="contents">What the files say where the card says nothing.</param>
    public static CardFacts Of(RepositoryType type, CardPolicy card, ModelContents contents)
    {
        var metadata = card.Card?.Metadata;
        var (task, library) = (CardTags.TaskOf(metadata, contents), CardTags.LibraryOf(metadata, contents));
        return new(card.Policy.Mode, task, library, CardTags.Of(type, metadata, contents), () => metadata);
    }

    public static CardFacts Of(ListedRepository found) => new(found.Gate, found.Task, found.Library, found.Tags, () => found.Metadata);

    /// <summary>The value of a key that holds one word; null for anything else.</summary>
    public string? Word(string key) => Text(Metadata, key);

    private static string? Text(JsonObject? metadata, string key) => metadata?[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
