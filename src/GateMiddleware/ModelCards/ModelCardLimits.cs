namespace GateMiddleware.ModelCards;

/// <summary>How much of a card is read before it counts as unreadable. Cards are written by strangers.</summary>
public sealed record ModelCardLimits
{
    /// <summary>The limits used when none are given.</summary>
    public static readonly ModelCardLimits Default = new();

    /// <summary>Bytes between the two <c>---</c> lines. Default 256 KiB.</summary>
    public int FrontMatterBytes { get; init; } = 256 * 1024;

    /// <summary>Lists and maps inside one another, the outermost map included. Default 32.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>YAML events (each scalar, and each start and end of a list or map). Default 20,000.</summary>
    public int Events { get; init; } = 20_000;

    /// <summary>Fields of the form, and options of one field. Default 200.</summary>
    public int Fields { get; init; } = 200;

    /// <summary>Characters of one field's or option's label. Default 10,000: what people agree to may be a whole clause.</summary>
    public int LabelLength { get; init; } = 10_000;

    /// <summary>Characters of all labels and options of the form together; they are kept with each request. Default 100,000.</summary>
    public int FormCharacters { get; init; } = 100_000;
}
