using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GateMiddleware.Policy;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What was read at the tip of a repository's default branch, for its rows.</summary>
/// <param name="Tip">Null in a repository without commits.</param>
/// <param name="CardGate"><see cref="CatalogEntry.CardGate"/>.</param>
/// <param name="Tags">In the order in which they are shown.</param>
/// <param name="Metadata">The front matter.</param>
internal sealed record CatalogFacts(
    string? Tip, string? Branch, DateTimeOffset? CommittedAt, CatalogCard Card, GateMode? CardGate, string? Task, string? Library, IReadOnlyList<string> Tags, JsonObject? Metadata)
{
    /// <summary>More tags than this are neither shown in lists nor searched by: a card may hold a hundred thousand.</summary>
    private const int MostTags = 1000;

    private const int LongestMetadata = 512 * 1024;

    /// <summary>Set when the card could be read: it then becomes the last readable one.</summary>
    public LastReadableCard? Readable { get; init; }

    /// <summary>Of a model, where they could be counted.</summary>
    public long? Parameters { get; init; }

    public CatalogEntry ToEntry(string repositoryId, GateMode setting)
    {
        var metadata = Metadata?.ToJsonString();
        var entry = new CatalogEntry
        {
            RepositoryId = repositoryId,
            Format = CatalogEntry.CurrentFormat,
            Tip = Tip,
            Branch = Branch,
            CommittedAt = CommittedAt,
            Card = Card,
            CardGate = CardGate,
            Task = Clean(Task),
            Library = Clean(Library),
            Tags = JsonSerializer.Serialize(ShownTags),
            Metadata = metadata?.Length <= LongestMetadata ? metadata : null,
        };
        entry.Gate = entry.GateWith(setting);
        return entry;
    }

    /// <summary>The words that lists are narrowed by; those of the gate come from the entry.</summary>
    public IEnumerable<string> Terms(CatalogEntry entry)
    {
        var tags = ShownTags.Where(tag => tag.Length <= CatalogTerms.LongestWord).ToHashSet(StringComparer.Ordinal);
        foreach (var tag in tags)
            yield return CatalogTerms.Tag(tag);
        if (entry.Task is { Length: <= CatalogTerms.LongestWord } task)
            yield return CatalogTerms.Task(task);
        if (entry.Library is { Length: <= CatalogTerms.LongestWord } library && !tags.Contains(library))
            yield return CatalogTerms.Library(library);
        if (Parameters is { } count)
            yield return CatalogTerms.Parameters(count);
        yield return CatalogTerms.Gate(entry.Gate);
    }

    private IEnumerable<string> ShownTags => Tags.Take(MostTags).Select(tag => Clean(tag)!).Distinct(StringComparer.Ordinal);

    /// <summary>As the database keeps it: half a character, which YAML can spell, becomes U+FFFD there.</summary>
    private static string? Clean(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}

/// <param name="Blob">Its blob id.</param>
internal sealed record LastReadableCard(string Blob, GateMode Gate, bool EuDisallowed);
