namespace GateMiddleware.Rejection;

/// <summary>What a refused request is answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ErrorCode"><c>X-Error-Code</c>, which clients of the Hub branch on; null for none.</param>
/// <param name="Message">The sentence for the person, in full; the header carries its <see cref="HeaderText.Printable"/> form.</param>
/// <param name="PageUrl">Where the person can act; null for nowhere.</param>
public sealed record Refusal(int Status, string? ErrorCode, string Message, string? PageUrl);
