using System.Text.Json.Nodes;
using GateMiddleware.Policy;

namespace GateMiddleware.ModelCards;

/// <summary>What a README.md says about its repository's gate. Made by <see cref="ModelCardReader"/>.</summary>
public sealed record ModelCard
{
    /// <summary>True when the README begins with a <c>---</c> line, whether or not what follows can be read.</summary>
    public bool HasFrontMatter { get; init; }

    /// <summary>False when the gate can't be known from this card: <see cref="GatePolicy"/> then fails closed.</summary>
    public bool Readable { get; init; } = true;

    /// <summary>
    /// True for an unreadable card in which a gate is meant all the same: a key of the gate stands in it, or one that looks like it. <see cref="GatePolicy"/> then never
    /// opens, whatever an older card said.
    /// </summary>
    public bool NamesGate { get; init; }

    /// <summary>The key <c>gated</c>: <c>true</c> reads as auto, <c>false</c> as open. Null when the key is absent or the card unreadable.</summary>
    public GateMode? Gated { get; init; }

    /// <summary>Line of the key <c>gated</c> in README.md, counted from 1; null when the key is absent.</summary>
    public int? GatedLine { get; init; }

    /// <summary><c>extra_gated_heading</c>, or null.</summary>
    public string? Heading { get; init; }

    /// <summary><c>extra_gated_prompt</c> (Markdown, hostile input), or null.</summary>
    public string? Prompt { get; init; }

    /// <summary><c>extra_gated_description</c> (Markdown, hostile input), or null.</summary>
    public string? Description { get; init; }

    /// <summary><c>extra_gated_button_content</c>, or null.</summary>
    public string? ButtonContent { get; init; }

    /// <summary><c>extra_gated_eu_disallowed</c>; a value that is neither true nor false counts as true.</summary>
    public bool EuDisallowed { get; init; }

    /// <summary><c>extra_gated_fields</c> in card order.</summary>
    public IReadOnlyList<GateField> Fields { get; init; } = [];

    /// <summary>What is wrong with the card, in card order; empty for a clean one.</summary>
    public IReadOnlyList<CardProblem> Problems { get; init; } = [];

    /// <summary>
    /// The front matter as JSON: key order kept, scalars by YAML's core schema, dates as text, infinities and NaN as text.
    /// Null without readable front matter. Shared between requests: read it, and clone it before placing it in another document.
    /// </summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>False when keys were left out of <see cref="Metadata"/> because the front matter holds too much (<see cref="ModelCardLimits.MetadataEvents"/>). Default true.</summary>
    public bool MetadataComplete { get; init; } = true;

    /// <summary>Byte offset of the text after the front matter; 0 (or the length of a byte order mark) without one.</summary>
    public int BodyOffset { get; init; }
}
