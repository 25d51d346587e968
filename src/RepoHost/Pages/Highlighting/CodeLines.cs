using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using RepoHost.Pages.Files;

namespace RepoHost.Pages.Highlighting;

/// <summary>Numbered lines of code as they stand inside a <c>&lt;code&gt;</c>: each a block of its own with an address, <c>#L12</c>, everything in them encoded.</summary>
internal sealed class CodeLines(IReadOnlyList<string> lines, CodeLanguage? language) : IHtmlContent
{
    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        var pieces = language is null ? null : CodeHighlighter.Colour(language, lines);
        for (var i = 0; i < lines.Count; i++)
        {
            var number = (i + 1).ToString(CultureInfo.InvariantCulture);
            // The number is drawn by the stylesheet, so that who copies lines gets no numbers; whoever has no pointer needs no hundred stops in a file.
            writer.Write($"<span class=\"line\" id=\"L{number}\"><a href=\"#L{number}\" data-n=\"{number}\" tabindex=\"-1\" aria-hidden=\"true\"></a>");
            if (pieces is null)
                encoder.Encode(writer, VisibleText.Of(lines[i]));
            else
                Write(writer, encoder, lines[i], pieces[i]);
            writer.Write("\n</span>");
        }
    }

    private static void Write(TextWriter writer, HtmlEncoder encoder, string line, IReadOnlyList<CodeToken> pieces)
    {
        foreach (var piece in pieces)
        {
            if (piece.Class is { } name)
                writer.Write($"<span class=\"{name}\">");
            encoder.Encode(writer, VisibleText.Of(line.Substring(piece.Start, piece.Length)));
            if (piece.Class is not null)
                writer.Write("</span>");
        }
    }
}
