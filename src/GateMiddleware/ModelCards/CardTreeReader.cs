using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GateMiddleware.ModelCards;

/// <summary>
/// Turns YAML events into checked nodes. The object and document deserialisers are not for strangers' text: 100,000 levels of
/// nesting overflow their stack, which ends the process, and aliases expand without bound. Every limit is kept as events arrive.
/// </summary>
internal sealed class CardTreeReader(TextReader text, ModelCardLimits limits, int linesBefore)
{
    private readonly Parser _parser = new(new Scanner(text, skipComments: true));
    private int _events;

    /// <summary>Reads the only document of the front matter.</summary>
    /// <returns>Null for an empty document.</returns>
    /// <exception cref="YamlException">It can't be read, or is over a limit.</exception>
    public CardNode? Read()
    {
        Next<StreamStart>();
        if (Next() is StreamEnd) return null;
        if (_parser.Current is not DocumentStart) throw Fault("a document was expected");

        var root = ReadNode(Next(), 1);
        Next<DocumentEnd>();
        if (Next() is not StreamEnd) throw Fault("the front matter holds more than one YAML document");
        return root.Scalar is { Kind: CardScalarKind.Null } ? null : root;
    }

    private CardNode ReadNode(ParsingEvent current, int depth)
    {
        if (depth > limits.Depth) throw Fault($"lists and maps are nested more than {limits.Depth} deep");
        return current switch
        {
            Scalar scalar => ReadScalar(scalar),
            MappingStart start => ReadMap(start, depth),
            SequenceStart start => ReadList(start, depth),
            AnchorAlias => throw Fault("aliases (*name) are not read in a card"),
            _ => throw Fault("a value was expected"),
        };
    }

    private CardNode ReadScalar(Scalar scalar)
    {
        // Escapes can spell what is no text: half characters and NUL, on which databases and JSON writers trip later.
        if (!CardText.IsText(scalar.Value)) throw Fault("this value holds a NUL or half a character");
        return new CardNode(LineOf(scalar), ColumnOf(scalar))
        {
            Scalar = CardScalar.Resolve(scalar.Value, scalar.Style == ScalarStyle.Plain, TagOf(scalar))
                ?? throw Fault("this tag is not read in a card, or the value does not fit it"),
        };
    }

    private CardNode ReadList(SequenceStart start, int depth)
    {
        CheckTag(start, map: false);
        var items = new List<CardNode>();
        while (Next() is not SequenceEnd) items.Add(ReadNode(_parser.Current!, depth + 1));
        return new CardNode(LineOf(start), ColumnOf(start)) { Items = items };
    }

    private CardNode ReadMap(MappingStart start, int depth)
    {
        CheckTag(start, map: true);
        var entries = new List<CardEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            if (_parser.Current is not Scalar key) throw Fault("a key must be plain text");
            ReadScalar(key);
            // A merge is read by some parsers and not by others, and could carry the gate.
            if (key is { Value: "<<", Style: ScalarStyle.Plain }) throw Fault("merge keys (<<) are not read in a card");
            if (!seen.Add(key.Value)) throw Fault($"the key {CardText.Quote(key.Value)} stands here twice");
            entries.Add(new CardEntry(key.Value, LineOf(key), ColumnOf(key), ReadNode(Next(), depth + 1)));
        }

        return new CardNode(LineOf(start), ColumnOf(start)) { Entries = entries };
    }

    private void CheckTag(NodeEvent start, bool map)
    {
        if (TagOf(start) is { Length: > 0 } tag && !CardScalar.IsCollectionTag(tag, map)) throw Fault("this tag is not read in a card");
    }

    private static string? TagOf(NodeEvent node) => node.Tag.IsEmpty ? null : node.Tag.Value;

    private int LineOf(ParsingEvent current) => (int)current.Start.Line + linesBefore;

    private static int ColumnOf(ParsingEvent current) => (int)current.Start.Column;

    private ParsingEvent Next()
    {
        if (!_parser.MoveNext()) throw Fault("the front matter ends in the middle");
        if (++_events > limits.Events) throw Fault($"the front matter holds more than {limits.Events} values");
        return _parser.Current!;
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (Next() is not T) throw Fault("the front matter is not one YAML document");
    }

    private YamlException Fault(string message)
    {
        var start = _parser.Current?.Start ?? Mark.Empty;
        return new YamlException(start, start, message);
    }
}
