using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GateMiddleware.ModelCards;

/// <summary>
/// Turns YAML events into checked nodes. The object and document deserialisers are not for strangers' text: 100,000 levels of
/// nesting overflow their stack, which ends the process, and aliases expand without bound. Every limit is kept as events arrive. The keys of the gate have one of their
/// own, so that what else a card holds can't crowd them out: it is then left out itself.
/// </summary>
internal sealed class CardTreeReader(LineSeparators text, ModelCardLimits limits, int linesBefore)
{
    private readonly Parser _parser = new(new Scanner(new StringReader(text.Text), skipComments: true));
    private readonly Dictionary<string, Anchored> _anchors = new(StringComparer.Ordinal);
    private Part _part = Part.Frame;
    private int _gateEvents;
    private int _otherEvents;
    private long _characters;
    private int _deepest;

    /// <summary>The first key whose value was left out because there was too much; null when all is there.</summary>
    public CardEntry? LeftOut { get; private set; }

    private bool IsFull => _part == Part.Other && (_otherEvents > limits.MetadataEvents || _characters > limits.FrontMatterBytes);

    /// <summary>Reads the only document of the front matter.</summary>
    /// <returns>Null for an empty document.</returns>
    /// <exception cref="YamlException">It can't be read, or is over a limit.</exception>
    public CardNode? Read()
    {
        Next<StreamStart>();
        if (Next() is StreamEnd) return null;
        if (_parser.Current is not DocumentStart) throw Fault("a document was expected");

        var root = Next() is MappingStart start ? ReadTop(start) : ReadWhatIsNoMap(_parser.Current!);
        Next<DocumentEnd>();
        if (Next() is not StreamEnd) throw Fault("the front matter holds more than one YAML document");
        return root.Scalar is { Kind: CardScalarKind.Null } ? null : root;
    }

    private CardNode ReadWhatIsNoMap(ParsingEvent current)
    {
        _part = Part.Other;
        var root = ReadNode(current, 1);
        _part = Part.Frame;
        return root;
    }

    /// <summary>The front matter's own map.</summary>
    private CardNode ReadTop(MappingStart start)
    {
        CheckTag(start, map: true);
        var entries = new List<CardEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            var (key, line, column) = ReadKey();
            if (!seen.Add(key)) throw Fault($"the key {CardText.Quote(key)} stands here twice");
            var isGate = GateKeySpelling.IsGateKey(key) || GateKeySpelling.FindMeant(key) is not null;
            if (ReadPart(isGate ? Part.Gate : Part.Other) is { } value) entries.Add(new CardEntry(key, line, column, value));
            else LeftOut ??= new CardEntry(key, line, column, new CardNode(line, column));
        }

        return new CardNode(LineOf(start), ColumnOf(start)) { Entries = entries };
    }

    /// <summary>The value of one of its keys; null when it is one too many.</summary>
    private CardNode? ReadPart(Part part)
    {
        _part = part;
        var value = ReadNode(Next(), 2);
        var kept = IsFull ? null : value;
        _part = Part.Frame;
        return kept;
    }

    private CardNode ReadNode(ParsingEvent current, int depth)
    {
        CheckDepth(depth);
        if (current is AnchorAlias alias) return ReadAlias(alias, depth);
        var (eventsBefore, charactersBefore, deepestBefore) = (Events, _characters, _deepest);
        _deepest = depth;
        var node = current switch
        {
            Scalar scalar => ReadScalar(scalar),
            MappingStart start => ReadMap(start, depth),
            SequenceStart start => ReadList(start, depth),
            _ => throw Fault("a value was expected"),
        };
        // Known from its end on, so none can hold itself; the same name may be given again.
        if (((NodeEvent)current).Anchor is { IsEmpty: false } anchor && !IsFull)
            _anchors[anchor.Value] = new Anchored(node, Events - eventsBefore + 1, _characters - charactersBefore, _deepest - depth);
        _deepest = Math.Max(_deepest, deepestBefore);
        return node;
    }

    /// <summary>What an alias stands for counts as if it stood there: it is written out where the card is shown as JSON.</summary>
    private CardNode ReadAlias(AnchorAlias alias, int depth)
    {
        // What people are asked must be seen where it is asked.
        if (_part == Part.Gate) throw Fault("aliases (*name) are not read in the keys of the gate");
        if (IsFull) return new CardNode(LineOf(alias), ColumnOf(alias));
        if (!_anchors.TryGetValue(alias.Value.Value, out var known)) throw Fault($"nothing before this is named &{CardText.Quote(alias.Value.Value)}");
        CheckDepth(depth + known.Height);
        _deepest = Math.Max(_deepest, depth + known.Height);
        _otherEvents = (int)Math.Min(int.MaxValue - 1, (long)_otherEvents + known.Events);
        _characters += known.Characters;
        return known.Node;
    }

    private CardNode ReadScalar(Scalar scalar)
    {
        var value = text.Restore(scalar.Value);
        // Escapes can spell what is no text: half characters and NUL, on which databases and JSON writers trip later.
        if (!CardText.IsText(value)) throw Fault("this value holds a NUL or half a character");
        _characters += value.Length;
        return new CardNode(LineOf(scalar), ColumnOf(scalar))
        {
            Scalar = CardScalar.Resolve(value, scalar.Style == ScalarStyle.Plain, TagOf(scalar))
                ?? throw Fault("this tag is not read in a card, or the value does not fit it"),
        };
    }

    private CardNode ReadList(SequenceStart start, int depth)
    {
        CheckTag(start, map: false);
        var items = new List<CardNode>();
        while (Next() is not SequenceEnd)
        {
            var item = ReadNode(_parser.Current!, depth + 1);
            if (!IsFull) items.Add(item);
        }

        return new CardNode(LineOf(start), ColumnOf(start)) { Items = items };
    }

    private CardNode ReadMap(MappingStart start, int depth)
    {
        CheckTag(start, map: true);
        var entries = new List<CardEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            var (key, line, column) = ReadKey();
            if (!IsFull && !seen.Add(key)) throw Fault($"the key {CardText.Quote(key)} stands here twice");
            var value = ReadNode(Next(), depth + 1);
            if (!IsFull) entries.Add(new CardEntry(key, line, column, value));
        }

        return new CardNode(LineOf(start), ColumnOf(start)) { Entries = entries };
    }

    private (string Key, int Line, int Column) ReadKey()
    {
        if (_parser.Current is not Scalar key) throw Fault("a key must be plain text");
        var value = ReadScalar(key).Scalar!.Text;
        // A merge is read by some parsers and not by others, and could carry the gate.
        if (key.Style == ScalarStyle.Plain && value == "<<") throw Fault("merge keys (<<) are not read in a card");
        return (value, LineOf(key), ColumnOf(key));
    }

    private void CheckDepth(int depth)
    {
        if (depth > limits.Depth) throw Fault($"lists and maps are nested more than {limits.Depth} deep");
    }

    private void CheckTag(NodeEvent start, bool map)
    {
        if (TagOf(start) is { Length: > 0 } tag && !CardScalar.IsCollectionTag(tag, map)) throw Fault("this tag is not read in a card");
    }

    private static string? TagOf(NodeEvent node) => node.Tag.IsEmpty ? null : node.Tag.Value;

    private int LineOf(ParsingEvent current) => (int)current.Start.Line + linesBefore;

    private static int ColumnOf(ParsingEvent current) => (int)current.Start.Column;

    private int Events => _part == Part.Gate ? _gateEvents : _otherEvents;

    private ParsingEvent Next()
    {
        if (!_parser.MoveNext()) throw Fault("the front matter ends in the middle");
        if (_part == Part.Other) _otherEvents = Math.Min(_otherEvents + 1, int.MaxValue - 1);
        else if (_part == Part.Gate && ++_gateEvents > limits.Events) throw Fault($"the keys of the gate hold more than {limits.Events} values");
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

    private enum Part
    {
        /// <summary>What stands around the values of the front matter's own keys, and these keys. There are as many as there are bytes for.</summary>
        Frame,
        Gate,
        Other,
    }

    /// <param name="Node">What an alias stands for.</param>
    /// <param name="Events">What it would cost to stand there once more.</param>
    /// <param name="Characters">Of the texts in it.</param>
    /// <param name="Height">Lists and maps inside one another in it, without the outermost.</param>
    private sealed record Anchored(CardNode Node, int Events, long Characters, int Height);
}
