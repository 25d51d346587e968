using GateMiddleware.Policy;

namespace GateMiddleware.ModelCards;

/// <summary>Reads the options of a select field: texts, or maps of a label and a value.</summary>
internal sealed class GateOptionsReader(ModelCardLimits limits, CardProblems problems)
{
    /// <returns>Null when there are none, or when they can't be read; the card closes the gate then if any text of them would be lost.</returns>
    public List<GateFieldOption>? Read(string label, CardNode field)
    {
        var node = field.Find("options");
        if (node is null or { Scalar.Kind: CardScalarKind.Null } or { Items: [] } or { Entries: [] })
        {
            problems.Note(node ?? field, $"the field {CardText.Quote(label)} needs a list of 1 to {limits.Fields} options; it is asked as text");
            return null;
        }

        if (node.Items is not { } items || items.Count > limits.Fields)
        {
            problems.Refuse(node, $"the options of the field {CardText.Quote(label)} must be a list of 1 to {limits.Fields} entries");
            return null;
        }

        var options = new List<GateFieldOption>(items.Count);
        foreach (var item in items)
        {
            if (ReadOption(label, item) is not { } option) return null;
            if (options.Contains(option))
            {
                problems.Note(item, $"an option of {CardText.Quote(label)} stands here twice; it is shown once");
                continue;
            }

            if (options.Exists(other => other.Value == option.Value))
            {
                problems.Refuse(item, $"each option of {CardText.Quote(label)} needs a value of its own");
                return null;
            }

            options.Add(option);
        }

        return options;
    }

    private GateFieldOption? ReadOption(string label, CardNode item)
    {
        var unknown = item.Entries?.Find(entry => entry.Key is not ("label" or "value"));
        var text = TextOf(item.Entries is null ? item : item.Find("label"));
        var value = item.Find("value") is { } valueNode ? TextOf(valueNode) : text;
        if (unknown is null && text is not null && value is not null) return new GateFieldOption(text, value);

        problems.Refuse(item, $"an option of {CardText.Quote(label)} must be a text, or a map of label and value, each of 1 to {limits.LabelLength} characters");
        return null;
    }

    // Options like 2024 or true are numbers and booleans to YAML, and words to the person who chooses.
    private string? TextOf(CardNode? node) => node?.Scalar is { Kind: not CardScalarKind.Null } scalar && InvisibleText.OnOneLine(scalar.Text) is { } text
        && text.Length <= limits.LabelLength && !InvisibleText.IsBlank(text) ? text : null;
}
