using GateMiddleware.Policy;

namespace GateMiddleware.ModelCards;

/// <summary>Reads <c>gated</c> and <c>extra_gated_*</c> from checked nodes, and notes what the author should repair.</summary>
internal sealed class GateKeysReader(ModelCardLimits limits)
{
    private readonly List<CardProblem> _problems = [];

    public static ModelCard Read(CardNode? root, ModelCardLimits limits)
    {
        var reader = new GateKeysReader(limits);
        var card = root is null ? new ModelCard() : reader.ReadKeys(root);
        var readable = !reader._problems.Exists(problem => problem.ClosesGate);
        return card with
        {
            HasFrontMatter = true,
            Readable = readable,
            Gated = readable ? card.Gated : null,
            Problems = reader._problems,
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
                "extra_gated_fields" => card with { Fields = ReadFields(entry.Value) },
                _ => card,
            };
            // Whoever writes 'Gated: manual' means a gate, and would never notice that it is read as no gate.
            if (entry.Key != "gated" && entry.Key.Trim().Equals("gated", StringComparison.OrdinalIgnoreCase))
                Report(entry.Line, entry.Column, $"the key {CardText.Quote(entry.Key)} must be written 'gated'", closesGate: true);
        }

        return card;
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
                Report(node.Line, node.Column, $"'gated' must be auto, manual, true or false, not {found}", closesGate: true);
                return null;
        }
    }

    private string? ReadText(CardEntry entry)
    {
        if (entry.Value.AsText is { } text) return string.IsNullOrWhiteSpace(text) ? null : text;
        Report(entry.Value.Line, entry.Value.Column, $"'{entry.Key}' must be text", closesGate: false);
        return null;
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
                Report(entry.Value.Line, entry.Value.Column, $"'{entry.Key}' must be true or false; it counts as true", closesGate: false);
                return true;
        }
    }

    private List<GateField> ReadFields(CardNode node)
    {
        var fields = new List<GateField>();
        if (node.Entries is null)
        {
            Report(node.Line, node.Column, "'extra_gated_fields' must be a map of labels and types", closesGate: false);
            // A list of one-entry maps is a slip often made; its fields are still asked.
        }

        foreach (var entry in node.Entries ?? (node.Items ?? []).SelectMany(item => item.Entries ?? []))
        {
            if (fields.Count < limits.Fields && _problems.Count < limits.Fields)
            {
                Add(fields, entry);
                continue;
            }

            Report(entry.Line, entry.Column, $"'extra_gated_fields' holds more than {limits.Fields} fields", closesGate: true);
            break;
        }

        return fields;
    }

    private void Add(List<GateField> fields, CardEntry entry)
    {
        var label = entry.Key.Trim();
        if (!IsLabel(label, entry.Line, entry.Column)) return;
        if (fields.Exists(field => field.Label == label))
            Report(entry.Line, entry.Column, $"the field {CardText.Quote(label)} is asked twice", closesGate: false);
        else
            fields.Add(ReadField(label, entry.Value));
    }

    private bool IsLabel(string label, int line, int column)
    {
        if (label.Length > 0 && label.Length <= limits.LabelLength && !label.Any(char.IsControl)) return true;
        Report(line, column, $"a field needs a label of 1 to {limits.LabelLength} characters on one line", closesGate: false);
        return false;
    }

    private GateField ReadField(string label, CardNode node)
    {
        var typeNode = node.Entries is null ? node : node.Find("type");
        var type = typeNode?.AsText switch
        {
            "text" => GateFieldType.Text,
            "checkbox" => GateFieldType.Checkbox,
            "date_picker" => GateFieldType.DatePicker,
            "country" => GateFieldType.Country,
            "ip_location" => GateFieldType.IpLocation,
            "select" => GateFieldType.Select,
            _ => (GateFieldType?)null,
        };
        if (type is null)
        {
            var at = typeNode ?? node;
            Report(at.Line, at.Column, $"the field {CardText.Quote(label)} has no known type (text, checkbox, date_picker, country, ip_location, select); it is asked as text", closesGate: false);
        }

        if (type != GateFieldType.Select) return new GateField(label, type ?? GateFieldType.Text, []);
        return ReadOptions(label, node) is { } options ? new GateField(label, GateFieldType.Select, options) : new GateField(label, GateFieldType.Text, []);
    }

    private List<GateFieldOption>? ReadOptions(string label, CardNode field)
    {
        var node = field.Find("options");
        if (node?.Items is not { Count: > 0 } items || items.Count > limits.Fields)
        {
            var at = node ?? field;
            Report(at.Line, at.Column, $"the field {CardText.Quote(label)} needs a list of 1 to {limits.Fields} options; it is asked as text", closesGate: false);
            return null;
        }

        var options = new List<GateFieldOption>(items.Count);
        foreach (var item in items)
        {
            var optionLabel = TextOf(item.Entries is null ? item : item.Find("label"));
            var value = item.Find("value") is { } valueNode ? TextOf(valueNode) : optionLabel;
            if (optionLabel is null || value is null || options.Exists(option => option.Value == value))
            {
                Report(item.Line, item.Column, $"an option of {CardText.Quote(label)} needs a label, and a value of its own; the field is asked as text", closesGate: false);
                return null;
            }

            options.Add(new GateFieldOption(optionLabel, value));
        }

        return options;
    }

    // Options like 2024 or true are numbers and booleans to YAML, and words to the person who chooses.
    private string? TextOf(CardNode? node) =>
        node?.Scalar is { Kind: not CardScalarKind.Null } scalar && scalar.Text.Trim() is { Length: > 0 } text && text.Length <= limits.LabelLength && !text.Any(char.IsControl) ? text : null;

    private void Report(int line, int column, string message, bool closesGate) =>
        _problems.Add(new CardProblem(line, column, CardText.Sentence(message), closesGate));
}
