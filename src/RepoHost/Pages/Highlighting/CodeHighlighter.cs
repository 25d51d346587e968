namespace RepoHost.Pages.Highlighting;

/// <summary>
/// Cuts lines of code into coloured pieces, in one pass and in time that grows with the text alone: what is shown comes from strangers, and the regular
/// expressions of the usual highlighters can be kept busy for ever. Knows words, texts and comments, and no grammar.
/// </summary>
internal sealed class CodeHighlighter(CodeLanguage language)
{
    private const string Fence = "```";

    // What the line before left open.
    private (string End, CodeTokenKind Kind)? open;
    private bool inTag;
    private CodeHighlighter? head;
    private bool inFence;
    private int lineNumber;

    // A quotation mark that nothing closes in this line: looked for once, or a line of such marks would be read again for each of them.
    private char unclosed;

    // Only blanks and the dashes of a list before it.
    private int firstWord;

    /// <summary>The pieces of each line, in order and without gaps.</summary>
    public static IReadOnlyList<IReadOnlyList<CodeToken>> Colour(CodeLanguage language, IReadOnlyList<string> lines)
    {
        var highlighter = new CodeHighlighter(language);
        return [.. lines.Select(highlighter.Next)];
    }

    private IReadOnlyList<CodeToken> Next(string line)
    {
        lineNumber++;
        var found = language == CodeLanguage.Markdown ? NextOfMarkdown(line) : Cut(line);
        return FillGaps(found, line.Length);
    }

    private List<CodeToken> Cut(string line)
    {
        var found = new List<CodeToken>();
        unclosed = '\0';
        firstWord = line.AsSpan().IndexOfAnyExcept(" \t-");
        for (var i = 0; i < line.Length;)
        {
            var length = open is not null ? Rest(line, i, found)
                : Long(line, i, found) is > 0 and var longer ? longer
                : language.Markup ? Tag(line, i, found)
                : IsComment(line, i) ? Add(found, CodeTokenKind.Comment, i, line.Length - i)
                : IsQuote(line[i]) ? Quoted(line, i, found)
                : char.IsAsciiDigit(line[i]) ? Add(found, CodeTokenKind.Number, i, WordLength(line, i))
                : IsWord(line[i]) ? Word(line, i, found)
                : 1;
            i += length;
        }

        return found;
    }

    /// <summary>What was opened before ends here, or goes on.</summary>
    private int Rest(string line, int at, List<CodeToken> found)
    {
        var (end, kind) = open!.Value;
        var there = line.IndexOf(end, at, StringComparison.Ordinal);
        if (there >= 0)
            open = null;
        return Add(found, kind, at, (there < 0 ? line.Length : there + end.Length) - at);
    }

    private int Long(string line, int at, List<CodeToken> found)
    {
        foreach (var (begin, end, kind) in language.Long)
        {
            if (string.CompareOrdinal(line, at, begin, 0, begin.Length) != 0)
                continue;
            open = (end, kind);
            return Add(found, kind, at, begin.Length);
        }

        return 0;
    }

    private int Tag(string line, int at, List<CodeToken> found)
    {
        var c = line[at];
        if (!inTag)
        {
            if (c != '<' || at + 1 == line.Length || !(char.IsAsciiLetter(line[at + 1]) || line[at + 1] is '/' or '?' or '!'))
                return 1;
            inTag = true;
            return Add(found, CodeTokenKind.Name, at, 2 + WordLength(line, at + 2));
        }

        if (c == '>')
            inTag = false;
        return IsQuote(c) ? Quoted(line, at, found) : c == '>' ? Add(found, CodeTokenKind.Name, at, 1) : 1;
    }

    private bool IsComment(string line, int at) =>
        language.LineComment is { } sign && string.CompareOrdinal(line, at, sign, 0, sign.Length) == 0
        && (!language.CommentAfterSpace || at == 0 || char.IsWhiteSpace(line[at - 1]));

    /// <summary>An apostrophe that nothing closes in this line is one.</summary>
    private int Quoted(string line, int at, List<CodeToken> found)
    {
        for (var i = at + 1; i < line.Length; i++)
        {
            if (line[i] == '\\' && !language.Markup)
                i++;
            else if (line[i] == line[at])
                return Add(found, IsKey(line, i + 1) ? CodeTokenKind.Name : CodeTokenKind.Text, at, i + 1 - at);
        }

        unclosed = line[at];
        return 1;
    }

    private bool IsQuote(char c) => c != unclosed && language.Quotes.Contains(c, StringComparison.Ordinal);

    private int Word(string line, int at, List<CodeToken> found)
    {
        var length = WordLength(line, at);
        var word = line.AsSpan(at, length);
        if (at == firstWord && IsKey(line, at + length))
            return Add(found, CodeTokenKind.Name, at, length);
        var known = language.Keywords.GetAlternateLookup<ReadOnlySpan<char>>();
        return known.Contains(word) || (language.IgnoreCase && known.Contains(word.ToString().ToLowerInvariant())) ? Add(found, CodeTokenKind.Keyword, at, length) : length;
    }

    private bool IsKey(string line, int at)
    {
        if (!language.Keys)
            return false;
        while (at < line.Length && line[at] is ' ' or '\t')
            at++;
        return at < line.Length && line[at] == language.KeyEnd;
    }

    private int WordLength(string line, int at)
    {
        var end = at;
        while (end < line.Length && (IsWord(line[end]) || (language.Keys && line[end] is '-' or '.') || (line[end] == '.' && end > at && char.IsAsciiDigit(line[at]))))
            end++;
        return end - at;
    }

    private List<CodeToken> NextOfMarkdown(string line)
    {
        if (lineNumber == 1 && line.TrimEnd() == "---")
        {
            head = new CodeHighlighter(CodeLanguage.Yaml);
            return Whole(line, CodeTokenKind.Comment);
        }

        if (head is not null)
        {
            if (line.TrimEnd() != "---")
                return head.Cut(line);
            head = null;
            return Whole(line, CodeTokenKind.Comment);
        }

        if (line.AsSpan().TrimStart().StartsWith(Fence, StringComparison.Ordinal))
        {
            inFence = !inFence;
            return Whole(line, CodeTokenKind.Comment);
        }

        if (inFence)
            return Whole(line, CodeTokenKind.Text);
        var level = line.AsSpan().IndexOfAnyExcept('#');
        return level is >= 1 and <= 6 && line[level] == ' ' ? Whole(line, CodeTokenKind.Heading) : CodeSpans(line);
    }

    private static List<CodeToken> CodeSpans(string line)
    {
        var found = new List<CodeToken>();
        for (var at = line.IndexOf('`', StringComparison.Ordinal); at >= 0 && line.IndexOf('`', at + 1) is > 0 and var end; at = line.IndexOf('`', end + 1))
            Add(found, CodeTokenKind.Text, at, end + 1 - at);
        return found;
    }

    private static List<CodeToken> Whole(string line, CodeTokenKind kind) => line.Length == 0 ? [] : [new(kind, 0, line.Length)];

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static int Add(List<CodeToken> found, CodeTokenKind kind, int at, int length)
    {
        found.Add(new(kind, at, length));
        return length;
    }

    private static List<CodeToken> FillGaps(List<CodeToken> found, int length)
    {
        var all = new List<CodeToken>((2 * found.Count) + 1);
        var at = 0;
        foreach (var token in found)
        {
            if (token.Start > at)
                all.Add(new(CodeTokenKind.Plain, at, token.Start - at));
            all.Add(token);
            at = token.Start + token.Length;
        }

        if (at < length)
            all.Add(new(CodeTokenKind.Plain, at, length - at));
        return all;
    }
}
