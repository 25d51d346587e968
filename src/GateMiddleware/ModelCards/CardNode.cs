namespace GateMiddleware.ModelCards;

/// <summary>One checked node of the front matter: a scalar, a list or a map.</summary>
internal sealed class CardNode(int line, int column)
{
    /// <summary>Line in README.md, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column, from 1.</summary>
    public int Column { get; } = column;

    /// <summary>The value of a scalar; null for lists and maps.</summary>
    public CardScalar? Scalar { get; init; }

    /// <summary>The items of a list; null otherwise.</summary>
    public List<CardNode>? Items { get; init; }

    /// <summary>The entries of a map in card order, no key twice; null otherwise.</summary>
    public List<CardEntry>? Entries { get; init; }

    /// <summary>The text of a scalar that the core schema reads as text; null for anything else.</summary>
    public string? AsText => Scalar is { Kind: CardScalarKind.Text } scalar ? scalar.Text : null;

    public CardNode? Find(string key)
    {
        if (Entries is null) return null;
        foreach (var entry in Entries)
            if (entry.Key == key) return entry.Value;
        return null;
    }
}

/// <summary>One entry of a map; line and column are those of the key.</summary>
internal sealed record CardEntry(string Key, int Line, int Column, CardNode Value);
