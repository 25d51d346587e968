using GateMiddleware.Policy;

namespace RepoHost.Gating;

/// <summary>What the card of a listed repository must say, which its row does not know: tags, task, library, and the gate that holds. All must hold.</summary>
internal sealed record CardFilter
{
    public static readonly CardFilter None = new();

    /// <summary>As <see cref="CardTags"/> spells them: <c>onnx</c>, <c>license:mit</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary><c>pipeline_tag</c>.</summary>
    public string? Task { get; init; }

    /// <summary>Each is the card's library, or a tag.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [];

    public bool? Gated { get; init; }

    public bool IsEmpty => Tags.Count == 0 && Task is null && Libraries.Count == 0 && Gated is null;

    public bool Matches(FoundRepository found)
    {
        if (Gated is { } gated && gated != (found.Card.Policy.Mode != GateMode.Open))
            return false;
        if (Task is not null && found.Word("pipeline_tag") != Task)
            return false;
        if (Tags.Count == 0 && Libraries.Count == 0)
            return true;

        var tags = found.Tags;
        var library = found.Word("library_name");
        return Tags.All(tags.Contains) && Libraries.All(l => l == library || tags.Contains(l));
    }
}
