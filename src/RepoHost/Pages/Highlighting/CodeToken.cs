namespace RepoHost.Pages.Highlighting;

internal enum CodeTokenKind
{
    Plain,
    Keyword,
    Text,
    Number,
    Comment,

    /// <summary>A key of a mapping, or the name of a tag.</summary>
    Name,
    Heading,
}

/// <summary>A piece of one line.</summary>
internal readonly record struct CodeToken(CodeTokenKind Kind, int Start, int Length)
{
    /// <summary>The class in the stylesheet; null for what is not coloured.</summary>
    public string? Class => Kind switch
    {
        CodeTokenKind.Keyword => "ck",
        CodeTokenKind.Text => "ct",
        CodeTokenKind.Number => "cn",
        CodeTokenKind.Comment => "cc",
        CodeTokenKind.Name => "cm",
        CodeTokenKind.Heading => "ch",
        _ => null,
    };
}
