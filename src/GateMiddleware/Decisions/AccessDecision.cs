namespace GateMiddleware.Decisions;

/// <summary>The answer of the gate to one person at one repository.</summary>
/// <param name="Verdict">Whether, and if not, why.</param>
/// <param name="Reason">The reviewer's reason for a rejection, if one was given; for <see cref="AccessVerdict.TokenLacksRight"/> the whole sentence.</param>
public sealed record AccessDecision(AccessVerdict Verdict, string? Reason = null)
{
    internal static readonly AccessDecision Unavailable = new(AccessVerdict.Unavailable);

    /// <summary>True only for <see cref="AccessVerdict.Allowed"/>.</summary>
    public bool IsAllowed => Verdict == AccessVerdict.Allowed;
}
