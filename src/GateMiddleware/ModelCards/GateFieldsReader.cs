using GateMiddleware.Policy;

namespace GateMiddleware.ModelCards;

/// <summary>Reads <c>extra_gated_fields</c>: a map of labels and types, or a list of maps of one entry each, which is a slip often made.</summary>
internal sealed class GateFieldsReader(ModelCardLimits limits, CardProblems problems)
{
    private readonly List<GateField> _fields = [];
    private readonly Dictionary<string, GateField> _byLabel = new(StringComparer.Ordinal);
    private readonly GateOptionsReader _options = new(limits, problems);
    private int _characters;

    public List<GateField> Read(CardEntry key)
    {
        var node = key.Value;
        if (node.Items is { } items)
        {
            problems.Note(node, "'extra_gated_fields' must be a map of labels and types; each entry of this list is asked as one field");
            ReadAll(items.Select(EntryOf));
        }
        else if (node.Entries is { } entries)
        {
            ReadAll(entries);
        }
        else
        {
            problems.Refuse(node, node.Scalar is { Kind: CardScalarKind.Null }
                ? "'extra_gated_fields' is empty: put the fields on the lines below it, each with two blanks before its label, or take the key out"
                : "'extra_gated_fields' must be a map of labels and types");
        }

        return _fields;
    }

    private CardEntry? EntryOf(CardNode item)
    {
        if (item.Entries is [var only]) return only;
        problems.Refuse(item, "each entry of the list 'extra_gated_fields' must be one label and its type, written 'label: type'");
        return null;
    }

    private void ReadAll(IEnumerable<CardEntry?> entries)
    {
        foreach (var entry in entries)
        {
            if (entry is null || ReadLabel(entry) is not { } label) return;
            var field = ReadField(label, entry.Value);
            _characters += label.Length + field.Options.Sum(option => option.Label.Length + option.Value.Length);
            if (_fields.Count >= limits.Fields || _characters > limits.FormCharacters)
            {
                problems.Refuse(entry, _characters > limits.FormCharacters
                    ? $"the labels and options of 'extra_gated_fields' are longer than {limits.FormCharacters} characters together"
                    : $"'extra_gated_fields' holds more than {limits.Fields} fields");
                return;
            }

            Add(entry, field);
        }
    }

    private void Add(CardEntry entry, GateField field)
    {
        if (_byLabel.TryAdd(field.Label, field))
        {
            _fields.Add(field);
            return;
        }

        // The same question again is asked once. Two questions under one label could have but one answer.
        var first = _byLabel[field.Label];
        if (first.Type == field.Type && first.Options.SequenceEqual(field.Options))
            problems.Report(entry.Line, entry.Column, $"the field {CardText.Quote(field.Label)} stands here twice; it is asked once", closesGate: false);
        else
            problems.Refuse(entry, $"the field {CardText.Quote(field.Label)} stands here twice, and not with the same type and options");
    }

    private string? ReadLabel(CardEntry entry)
    {
        if (InvisibleText.OnOneLine(entry.Key) is not { } label)
            problems.Refuse(entry, "the label of a field holds a control character");
        else if (label.Length > limits.LabelLength)
            problems.Refuse(entry, $"the label of a field is longer than {limits.LabelLength} characters");
        else if (InvisibleText.IsBlank(label))
            problems.Refuse(entry, "a field of 'extra_gated_fields' has no label, so nobody could know what it asks for");
        else
            return label;
        return null;
    }

    private GateField ReadField(string label, CardNode node)
    {
        CheckKeys(label, node);
        var typeNode = node.Entries is null ? node : node.Find("type");
        var type = TypeOf(label, typeNode ?? node, typeNode?.AsText);
        var options = node.Find("options");
        if (type == GateFieldType.Select)
            return _options.Read(label, node) is { } choices ? new GateField(label, type, choices) : new GateField(label, GateFieldType.Text, []);

        if (options is not null) problems.Refuse(options, $"the field {CardText.Quote(label)} has options, which only 'type: select' shows");
        return new GateField(label, type, []);
    }

    private GateFieldType TypeOf(string label, CardNode at, string? word)
    {
        if (GateFieldTypes.Find(word) is { } type) return type;
        if (word is not null && GateFieldTypes.FindMeant(word) is var (meant, spelled))
        {
            problems.Note(at, $"the type of the field {CardText.Quote(label)} must be written '{spelled}'; it is asked as that");
            return meant;
        }

        problems.Note(at, $"the field {CardText.Quote(label)} has no known type ({GateFieldTypes.All}); it is asked as text");
        return GateFieldType.Text;
    }

    // The long form has two keys. Another one may be read by nobody, and what stands behind it may be what people are to agree to.
    private void CheckKeys(string label, CardNode node)
    {
        foreach (var entry in node.Entries ?? [])
        {
            if (entry.Key is "type" or "options") continue;
            if (GateFieldTypes.LooksLike(entry.Key, "type") || GateFieldTypes.LooksLike(entry.Key, "options"))
                problems.Refuse(entry, $"the key {CardText.Quote(entry.Key)} of the field {CardText.Quote(label)} must be written 'type' or 'options', in plain letters");
            else if (GateFieldTypes.Find(entry.Value.AsText) is not null)
                continue;
            else if (entry.Value.Scalar is null or { Kind: CardScalarKind.Text })
                problems.Refuse(entry, $"the field {CardText.Quote(label)} has the key {CardText.Quote(entry.Key)}, which nobody would be shown:"
                    + " put its text into the field's label, or take it out");
            else
                problems.Report(entry.Line, entry.Column, $"the key {CardText.Quote(entry.Key)} of the field {CardText.Quote(label)} means nothing here", closesGate: false);
        }
    }
}
