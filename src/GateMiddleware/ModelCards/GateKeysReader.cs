using GateMiddleware.Policy;

namespace GateMiddleware.ModelCards;

/// <summary>
/// Reads <c>gated</c> and <c>extra_gated_*</c> from checked nodes, and notes what the author should repair. What a person must agree to is asked with its meaning, or
/// the card can't be read; it is never left out.
/// </summary>
internal sealed class GateKeysReader(ModelCardLimits limits)
{
    private readonly CardProblems _problems = new();

    public static ModelCard Read(CardNode? root, ModelCardLimits limits)
    {
        var reader = new GateKeysReader(limits);
        var card = root is null ? new ModelCard() : reader.ReadKeys(root);
        var readable = !reader._problems.CloseGate;
        return card with
        {
            HasFrontMatter = true,
            Readable = readable,
            NamesGate = !readable,
            Gated = readable ? card.Gated : null,
            Problems = reader._problems.All,
        };
    }

    private ModelCard ReadKeys(CardNode root)
    {
        var card = new ModelCard();
        foreach (var entry in root.Entries!)
        {
            card = entry.Key switch
            {
                "gated" => card with { Gated = ReadGate(entry.Value), GatedLine = entry.Line },
                "extra_gated_heading" => card with { Heading = ReadText(entry) },
                "extra_gated_prompt" => card with { Prompt = ReadText(entry) },
                "extra_gated_description" => card with { Description = ReadText(entry) },
                "extra_gated_button_content" => card with { ButtonContent = ReadText(entry) },
                "extra_gated_eu_disallowed" => card with { EuDisallowed = ReadEuRule(entry) },
                "extra_gated_fields" => card with { Fields = new GateFieldsReader(limits, _problems).Read(entry) },
                _ => card,
            };
            CheckSpelling(entry);
        }

        return card;
    }

    // Whoever writes 'Gated: manual' means a gate, and would never notice that it is read as no gate.
    private void CheckSpelling(CardEntry entry)
    {
        if (GateKeySpelling.FindMeant(entry.Key) is not { } meant) return;
        _problems.Refuse(entry, meant.EndsWith('…')
            ? $"the key {CardText.Quote(entry.Key)} begins like a key of the gate, but is none of them (extra_gated_prompt, fields, heading, description, button_content, eu_disallowed)"
            : $"the key {CardText.Quote(entry.Key)} must be written '{meant}', in plain letters");
    }

    private GateMode? ReadGate(CardNode node)
    {
        switch (node.Scalar)
        {
            case { Kind: CardScalarKind.True }:
            case { Kind: CardScalarKind.Text, Text: "auto" or "true" }:
                return GateMode.Auto;
            case { Kind: CardScalarKind.Text, Text: "manual" }:
                return GateMode.Manual;
            case { Kind: CardScalarKind.False }:
            case { Kind: CardScalarKind.Text, Text: "false" }:
                return GateMode.Open;
            default:
                var found = node.Scalar is { } scalar ? CardText.Quote(scalar.Text) : node.Items is null ? "a map" : "a list";
                _problems.Refuse(node, $"'gated' must be auto, manual, true or false, not {found}");
                return null;
        }
    }

    private string? ReadText(CardEntry entry)
    {
        switch (entry.Value.Scalar)
        {
            case { Kind: CardScalarKind.Text } text:
                return InvisibleText.IsBlank(text.Text) ? null : text.Text;
            case { Kind: CardScalarKind.Null }:
                _problems.Note(entry.Value, $"'{entry.Key}' is empty, so nothing is shown for it");
                return null;
            case { } other:
                _problems.Note(entry.Value, $"'{entry.Key}' must be text; it is shown as it is written");
                return other.Text;
            default:
                _problems.Refuse(entry.Value, $"'{entry.Key}' must be text, not {(entry.Value.Items is null ? "a map" : "a list")}: people could not be asked to agree to it");
                return null;
        }
    }

    private bool ReadEuRule(CardEntry entry)
    {
        switch (entry.Value.Scalar)
        {
            case { Kind: CardScalarKind.True }:
            case { Kind: CardScalarKind.Text, Text: "true" }:
                return true;
            case { Kind: CardScalarKind.False }:
            case { Kind: CardScalarKind.Text, Text: "false" }:
                return false;
            default:
                _problems.Note(entry.Value, $"'{entry.Key}' must be true or false; it counts as true");
                return true;
        }
    }
}
