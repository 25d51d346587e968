namespace GateMiddleware.Policy;

/// <summary>What became of the answers to a form.</summary>
/// <param name="Answers">The cleaned answers in card order, declared labels only; a ticked box is <c>on</c>. Complete only when there are no problems.</param>
/// <param name="Problems">What is missing or wrong, in card order.</param>
public sealed record GateAnswersResult(IReadOnlyList<KeyValuePair<string, string>> Answers, IReadOnlyList<GateAnswerProblem> Problems)
{
    /// <summary>True when every field is answered.</summary>
    public bool Complete => Problems.Count == 0;
}

/// <summary>Why one answer can't be taken.</summary>
/// <param name="Label">The field's label.</param>
/// <param name="Message">One English sentence for the person who answers; it does not repeat the answer.</param>
public sealed record GateAnswerProblem(string Label, string Message);
