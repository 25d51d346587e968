namespace GateMiddleware.ModelCards;

/// <summary>Something in a card's front matter that its author should repair.</summary>
/// <param name="Line">Line in README.md, counted from 1.</param>
/// <param name="Column">Column in that line, counted from 1.</param>
/// <param name="Message">One English sentence without control characters; it may quote up to 40 characters of the card.</param>
/// <param name="ClosesGate">True when the gate can't be known because of it, so that the card counts as unreadable.</param>
public sealed record CardProblem(int Line, int Column, string Message, bool ClosesGate);
