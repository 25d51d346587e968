using System.Globalization;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;

namespace RepoHost.Gating;

/// <summary>What is wrong with a card, for the person who sent it.</summary>
internal static class CardProblemText
{
    public static string Of(CardProblem problem) =>
        string.Create(CultureInfo.InvariantCulture, $"README.md, line {problem.Line}, column {problem.Column}: {problem.Message}");

    /// <param name="card">One that can't be read.</param>
    public static string Of(ModelCard card) =>
        $"The model card can't be read, so its gate would not be known. Repair it and try again:\n  {(card.Problems.FirstOrDefault(p => p.ClosesGate) is { } problem ? Of(problem) : "README.md: unknown reason")}";

    /// <summary>Why the setting can't lower a gate that the card holds: an answer never pretends (design 1).</summary>
    /// <param name="holds">The gate that holds all the same.</param>
    public static string StillGates(CardPolicy card, GateMode holds)
    {
        var word = holds == GateMode.Manual ? "manual" : "auto";
        return card.Card is { Readable: false } unreadable
            ? $"README.md cannot be read ({(unreadable.Problems.Count > 0 ? $"line {unreadable.Problems[0].Line}: {unreadable.Problems[0].Message}" : "unknown reason")}), and until it can the gate stays {word}. Repair the front matter first."
            : $"README.md{(card.Card?.GatedLine is { } line ? $", line {line}," : "")} says gated: {word}, and the stricter of card and setting holds. Change that line in the card first.";
    }
}
