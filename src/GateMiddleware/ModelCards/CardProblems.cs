namespace GateMiddleware.ModelCards;

/// <summary>What is wrong with one card, in the order in which it was found. Cards are written by strangers, so there is an end to it.</summary>
internal sealed class CardProblems
{
    private const int Most = 100;

    private readonly List<CardProblem> _problems = [];

    public IReadOnlyList<CardProblem> All => _problems;

    public bool CloseGate { get; private set; }

    public void Report(int line, int column, string message, bool closesGate)
    {
        // What closes the gate is never left out for what does not.
        if (_problems.Count >= Most && (!closesGate || CloseGate)) return;
        CloseGate |= closesGate;
        _problems.Add(new CardProblem(line, column, CardText.Sentence(message), closesGate));
    }

    /// <summary>For the author to repair; nothing that anybody is asked is lost.</summary>
    public void Note(CardNode at, string message) => Report(at.Line, at.Column, message, closesGate: false);

    /// <summary>What the card asks for is not certain, so it can't be read.</summary>
    public void Refuse(CardNode at, string message) => Report(at.Line, at.Column, message, closesGate: true);

    public void Refuse(CardEntry at, string message) => Report(at.Line, at.Column, message, closesGate: true);
}
