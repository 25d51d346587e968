using System.Globalization;

namespace GateMiddleware.Decisions;

/// <summary>
/// A standing as one Redis value: the version as 19 digits, so that a script can compare versions as text (Lua's numbers lose digits
/// above 2^53), one digit each for relation and state, then <c>+reason</c> or <c>-</c>.
/// </summary>
internal static class StandingText
{
    private const int Digits = 19;

    public static string Version(long version) => Math.Max(0, version).ToString("D19", CultureInfo.InvariantCulture);

    public static string Write(AccessStanding standing) =>
        $"{Version(standing.Version)}{(int)standing.Relation}{(int)standing.State}{(standing.Reason is null ? "-" : "+" + standing.Reason)}";

    /// <returns>Null for anything this class has not written: a strange value is a miss, never an answer.</returns>
    public static AccessStanding? Read(string text)
    {
        if (text.Length < Digits + 3 || !long.TryParse(text.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return null;
        var relation = (AccessRelation)(text[Digits] - '0');
        var state = (AccessState)(text[Digits + 1] - '0');
        if (!Enum.IsDefined(relation) || !Enum.IsDefined(state)) return null;
        return text[Digits + 2] switch
        {
            '-' when text.Length == Digits + 3 => new AccessStanding(relation, state, null, version),
            '+' => new AccessStanding(relation, state, text[(Digits + 3)..], version),
            _ => null,
        };
    }
}
