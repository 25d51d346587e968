using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace RepoHost.Pages.Highlighting;

/// <summary>Code as it stands inside a <c>&lt;code&gt;</c>, without numbers; everything in it encoded.</summary>
internal sealed class ColouredCode(string code, CodeLanguage? language) : IHtmlContent
{
    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        if (language is null)
        {
            encoder.Encode(writer, code);
            return;
        }

        var lines = code.Split('\n');
        var pieces = CodeHighlighter.Colour(language, lines);
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                writer.Write('\n');
            foreach (var piece in pieces[i])
            {
                if (piece.Class is { } name)
                    writer.Write($"<span class=\"{name}\">");
                encoder.Encode(writer, lines[i].Substring(piece.Start, piece.Length));
                if (piece.Class is not null)
                    writer.Write("</span>");
            }
        }
    }
}
