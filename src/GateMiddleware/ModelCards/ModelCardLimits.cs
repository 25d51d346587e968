namespace GateMiddleware.ModelCards;

/// <summary>How much of a card is read before it counts as unreadable. Cards are written by strangers.</summary>
public sealed record ModelCardLimits
{
    /// <summary>The default of <see cref="FrontMatterBytes"/>.</summary>
    public const int MostFrontMatterBytes = 2_000_000;

    /// <summary>The limits used when none are given.</summary>
    public static readonly ModelCardLimits Default = new();

    /// <summary>Bytes between the two <c>---</c> lines. Default 2,000,000.</summary>
    public int FrontMatterBytes { get; init; } = MostFrontMatterBytes;

    /// <summary>Lists and maps inside one another, the outermost map included. Default 32.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>YAML events (each scalar, and each start and end of a list or map) in the values of the keys of the gate, all together. Default 20,000.</summary>
    public int Events { get; init; } = 20_000;

    /// <summary>
    /// YAML events in the values of all other keys, aliases counted as what they stand for; their texts may have as many characters as the front matter bytes. The first key that goes over it and all after it are left out of
    /// <see cref="ModelCard.Metadata"/>; the gate is read all the same. Default 400,000: what two megabytes of results have.
    /// </summary>
    public int MetadataEvents { get; init; } = 400_000;

    /// <summary>Fields of the form, and options of one field. Default 200.</summary>
    public int Fields { get; init; } = 200;

    /// <summary>Characters of one field's or option's label. Default 10,000: what people agree to may be a whole clause.</summary>
    public int LabelLength { get; init; } = 10_000;

    /// <summary>Characters of all labels and options of the form together; they are kept with each request. Default 100,000.</summary>
    public int FormCharacters { get; init; } = 100_000;
}
