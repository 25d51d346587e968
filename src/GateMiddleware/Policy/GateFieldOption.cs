namespace GateMiddleware.Policy;

/// <summary>One choice of a <see cref="GateFieldType.Select"/> field.</summary>
/// <param name="Label">What the person reads.</param>
/// <param name="Value">What is sent and kept; the label itself when the card names no value.</param>
public sealed record GateFieldOption(string Label, string Value);
