using System.Text;
using System.Text.Encodings.Web;

namespace RepoHost.Notifications;

/// <summary>What a mail says, written once; the plain text and the HTML are both made from it, so neither says more than the other.</summary>
internal sealed class Letter(string subject)
{
    private readonly List<LetterBlock> blocks = [];

    public string Subject { get; } = MailText.OneLine(subject);

    /// <summary>Where these mails can be turned off; null for mails that can't be.</summary>
    public string? UnsubscribeUrl { get; private set; }

    public Letter Paragraph(string text) => Add(new LetterBlock.Paragraph(MailText.OneLine(text)));

    public Letter Quote(string text) =>
        Add(new LetterBlock.Quote([.. text.ReplaceLineEndings("\n").Split('\n').Select(MailText.OneLine).Where(line => line.Length > 0)]));

    public Letter Items(IEnumerable<string> texts) => Add(new LetterBlock.Items([.. texts.Select(MailText.OneLine)]));

    public Letter Link(string label, string url) => Add(new LetterBlock.Link(MailText.OneLine(label), url));

    /// <summary>The end: why this mail came, and how to get no more of them.</summary>
    public Letter Because(string reason, string unsubscribeUrl)
    {
        UnsubscribeUrl = unsubscribeUrl;
        return Add(new LetterBlock.Rule()).Paragraph(reason).Link("To get no more of these mails, open:", unsubscribeUrl);
    }

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var block in blocks)
        {
            if (text.Length > 0 && block is not LetterBlock.Items)
                text.Append('\n');
            foreach (var line in Lines(block))
                text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    public string ToHtml()
    {
        var html = new StringBuilder();
        foreach (var block in blocks)
            html.Append(Html(block)).Append('\n');
        return MailHtml.Page(Subject, html.ToString());
    }

    private Letter Add(LetterBlock block)
    {
        blocks.Add(block);
        return this;
    }

    private static IEnumerable<string> Lines(LetterBlock block) => block switch
    {
        LetterBlock.Paragraph p => MailText.Wrap(p.Text),
        LetterBlock.Quote q => q.Lines.SelectMany(line => MailText.Wrap(line, "> ", "> ")),
        LetterBlock.Items i => i.Texts.SelectMany(text => MailText.Wrap(text, "  - ", "    ")),
        LetterBlock.Link l => [.. MailText.Wrap(l.Label), l.Url],
        // Mail readers take what follows "-- " for a signature and hide it; the way out of these mails shall be seen.
        LetterBlock.Rule => ["---"],
        _ => throw new ArgumentOutOfRangeException(nameof(block)),
    };

    private static string Html(LetterBlock block) => block switch
    {
        LetterBlock.Paragraph p => $"<p>{Encode(p.Text)}</p>",
        LetterBlock.Quote q => $"<blockquote>{string.Join("<br>", q.Lines.Select(Encode))}</blockquote>",
        LetterBlock.Items i => $"<ul>{string.Concat(i.Texts.Select(text => $"\n<li>{Encode(text)}</li>"))}\n</ul>",
        LetterBlock.Link l => $"<p>{Encode(l.Label)}<br><a href=\"{Encode(l.Url)}\">{Encode(l.Url)}</a></p>",
        LetterBlock.Rule => "<hr>",
        _ => throw new ArgumentOutOfRangeException(nameof(block)),
    };

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
