using System.Text.Json;
using System.Text.Json.Nodes;
using GateMiddleware.Policy;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>A repository of a list, with what its card said when its refs moved last.</summary>
/// <param name="Entry">Null while it has not been indexed.</param>
/// <param name="ShowsCard">Whether the reader's credential may read what the card says; its gate is told to everyone who sees the repository.</param>
internal sealed record ListedRepository(RepositoryRecord Record, CatalogEntry? Entry, bool ShowsCard)
{
    private CatalogEntry? Card => ShowsCard ? Entry : null;

    /// <summary>For showing only; what may be downloaded is decided by the card itself.</summary>
    public GateMode Gate => Entry?.Gate
        ?? (Record.LastReadableCardGate is { } card && card > Record.GateSetting ? card : Record.GateSetting);

    public string? Task => Card?.Task;

    public string? Library => Card?.Library;

    public string? Tip => Entry?.Tip;

    public IReadOnlyList<string> Tags => Card is null ? [] : JsonSerializer.Deserialize<List<string>>(Card.Tags)!;

    /// <summary>The front matter, where it was asked for.</summary>
    public JsonObject? Metadata => Card?.Metadata is { } text ? JsonNode.Parse(text) as JsonObject : null;
}

/// <param name="Next">Where the next page begins; null on the last. A page may be empty and still have a next one.</param>
internal sealed record ListedPage(IReadOnlyList<ListedRepository> Items, string? Next);
