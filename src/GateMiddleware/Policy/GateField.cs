namespace GateMiddleware.Policy;

/// <summary>One field of the gate's form, as the card declares it in <c>extra_gated_fields</c>.</summary>
/// <param name="Label">The card's key: what the person reads, and the name of the answer.</param>
/// <param name="Type">What is asked for.</param>
/// <param name="Options">The choices of a select field in card order; empty for every other type.</param>
public sealed record GateField(string Label, GateFieldType Type, IReadOnlyList<GateFieldOption> Options);
