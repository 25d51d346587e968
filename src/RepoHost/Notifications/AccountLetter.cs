using System.Text;
using System.Text.Encodings.Web;

namespace RepoHost.Notifications;

/// <summary>The two parts of a mail that brings its own text.</summary>
internal static class AccountLetter
{
    /// <summary>Long lines are wrapped, but for an address on a line of its own: a broken one could not be opened.</summary>
    public static string Text(string text) =>
        string.Concat(Lines(text).SelectMany(line => IsAddress(line) || MailText.Columns(line) <= MailText.Width ? [line] : MailText.Wrap(line)).Select(line => line + "\n"));

    /// <summary>Paragraphs where the text has blank lines, and links where it has an address on a line of its own.</summary>
    public static string Html(string subject, string text)
    {
        var html = new StringBuilder();
        foreach (var paragraph in string.Join('\n', Lines(text)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            html.Append("<p>").AppendJoin("<br>\n", paragraph.Trim('\n').Split('\n').Select(line => IsAddress(line) ? $"<a href=\"{Encode(line)}\">{Encode(line)}</a>" : Encode(line))).Append("</p>\n");
        return MailHtml.Page(subject, html.ToString());
    }

    private static IEnumerable<string> Lines(string text) => text.ReplaceLineEndings("\n").Trim('\n').Split('\n').Select(line => line.TrimEnd());

    private static bool IsAddress(string line) =>
        !line.Any(char.IsWhiteSpace) && Uri.TryCreate(line, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
