using GateMiddleware.Policy;

namespace RepoHost.Data;

/// <summary>
/// What lists show of a repository's card and tip, written when refs move and never by a reader. No decision about access asks it: for those the card is read.
/// A repository without an entry has not been indexed yet.
/// </summary>
internal sealed class CatalogEntry
{
    /// <summary>What the present program writes. A greater number than a row's makes the server write that row again.</summary>
    public const int CurrentFormat = 2;

    public required string RepositoryId { get; set; }
    public int Format { get; set; }

    /// <summary>The default branch's tip that this was read at; null in a repository without commits.</summary>
    public string? Tip { get; set; }

    /// <summary>The default branch's full ref; null when HEAD is a commit itself.</summary>
    public string? Branch { get; set; }

    /// <summary>The committer's time of <see cref="Tip"/>.</summary>
    public DateTimeOffset? CommittedAt { get; set; }

    public CatalogCard Card { get; set; }

    /// <summary>What the card says; for an unreadable one, what the last readable ones said. Null when that is nothing.</summary>
    public GateMode? CardGate { get; set; }

    /// <summary>The gate as lists show it: <see cref="CardGate"/> and the settings.</summary>
    public GateMode Gate { get; set; }

    /// <summary><c>pipeline_tag</c>.</summary>
    public string? Task { get; set; }

    /// <summary><c>library_name</c>.</summary>
    public string? Library { get; set; }

    /// <summary>A JSON array of words, in the order in which they are shown.</summary>
    public required string Tags { get; set; }

    /// <summary>The front matter as a JSON object; null without one, and when it is longer than an entry keeps.</summary>
    public string? Metadata { get; set; }

    /// <summary>The gate with this setting, by the rules of <see cref="GatePolicy.Combine"/>.</summary>
    public GateMode GateWith(GateMode setting)
    {
        var stricter = CardGate is { } card && card > setting ? card : setting;
        return Card == CatalogCard.Unreadable && CardGate is null && stricter == GateMode.Open ? GateMode.Manual : stricter;
    }
}
