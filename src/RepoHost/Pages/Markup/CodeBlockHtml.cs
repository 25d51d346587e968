using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using RepoHost.Pages.Files;
using RepoHost.Pages.Highlighting;

namespace RepoHost.Pages.Markup;

/// <summary>A block of code, coloured if its language is known; what it would hide from whoever copies it is written out.</summary>
internal sealed class CodeBlockHtml : HtmlObjectRenderer<CodeBlock>
{
    /// <summary>Longer blocks are data rather than code.</summary>
    private const int MostColoured = 64 * 1024;

    protected override void Write(HtmlRenderer renderer, CodeBlock obj)
    {
        var lines = Enumerable.Range(0, obj.Lines.Count).Select(i => obj.Lines.Lines[i].Slice.ToString()).ToList();
        var language = lines.Sum(l => l.Length) <= MostColoured && obj is FencedCodeBlock { Info: { Length: > 0 and <= 40 } word } ? CodeLanguage.OfWord(word.Trim('{', '}', '.')) : null;
        var pieces = language is null ? null : CodeHighlighter.Colour(language, lines);

        renderer.EnsureLine();
        renderer.Write("<pre><code>");
        for (var i = 0; i < lines.Count; i++)
        {
            if (pieces is null)
                renderer.WriteEscape(VisibleText.Of(lines[i]));
            else
                Write(renderer, lines[i], pieces[i]);
            renderer.Write("\n");
        }

        renderer.Write("</code></pre>");
        renderer.EnsureLine();
    }

    private static void Write(HtmlRenderer renderer, string line, IReadOnlyList<CodeToken> pieces)
    {
        foreach (var piece in pieces)
        {
            if (piece.Class is { } name)
                renderer.Write("<span class=\"").Write(name).Write("\">");
            renderer.WriteEscape(VisibleText.Of(line.Substring(piece.Start, piece.Length)));
            if (piece.Class is not null)
                renderer.Write("</span>");
        }
    }
}
