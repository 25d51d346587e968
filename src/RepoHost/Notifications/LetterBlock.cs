namespace RepoHost.Notifications;

/// <summary>One piece of a <see cref="Letter"/>.</summary>
internal abstract record LetterBlock
{
    /// <summary>Our own sentence.</summary>
    internal sealed record Paragraph(string Text) : LetterBlock;

    /// <summary>Somebody else's words, marked as such in every line.</summary>
    internal sealed record Quote(IReadOnlyList<string> Lines) : LetterBlock;

    internal sealed record Items(IReadOnlyList<string> Texts) : LetterBlock;

    /// <summary>The address is shown as it is, in both parts, so that nobody has to trust a word that is a link.</summary>
    internal sealed record Link(string Label, string Url) : LetterBlock;

    /// <summary>What follows says why this mail came.</summary>
    internal sealed record Rule : LetterBlock;
}
