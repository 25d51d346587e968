using System.Globalization;
using GateMiddleware.ModelCards;

namespace RepoHost.Gating;

/// <summary>What is wrong with a card, for the person who sent it.</summary>
internal static class CardProblemText
{
    public static string Of(CardProblem problem) =>
        string.Create(CultureInfo.InvariantCulture, $"README.md, line {problem.Line}, column {problem.Column}: {problem.Message}");

    /// <param name="card">One that can't be read.</param>
    public static string Of(ModelCard card) =>
        $"The model card can't be read, so its gate would not be known. Repair it and try again:\n  {(card.Problems.FirstOrDefault(p => p.ClosesGate) is { } problem ? Of(problem) : "README.md: unknown reason")}";
}
