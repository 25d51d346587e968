using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using RepoHost.Git;
using RepoHost.Pages.Files;

namespace RepoHost.Pages.Highlighting;

/// <summary>The lines of a diff as they stand inside a <c>&lt;code&gt;</c>: old number, new number, sign and text; the sign says what the colour says.</summary>
internal sealed class DiffLines(IReadOnlyList<DiffLine> lines) : IHtmlContent
{
    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        foreach (var line in lines)
        {
            var (name, sign) = line.Kind switch
            {
                DiffLineKind.Added => ("line add", "+"),
                DiffLineKind.Removed => ("line del", "-"),
                DiffLineKind.Place => ("line at", ""),
                DiffLineKind.Note => ("line at", "\\ "),
                _ => ("line", " "),
            };
            writer.Write($"<span class=\"{name}\"><span data-n=\"{Number(line.Old)}\"></span><span data-n=\"{Number(line.New)}\"></span>{sign}");
            encoder.Encode(writer, VisibleText.Of(line.Text.TrimEnd('\r')));
            writer.Write("\n</span>");
        }
    }

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
