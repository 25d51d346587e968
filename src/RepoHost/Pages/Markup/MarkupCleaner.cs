using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace RepoHost.Pages.Markup;

/// <summary>
/// Writes a stranger's HTML anew, in one pass: only the elements and attributes of <see cref="MarkupRules"/>, each tag closed, nested to a bounded depth, links and
/// pictures as <see cref="MarkupLinks"/> has them. Nothing is copied but text, so what comes out is read by every browser in the same way; the sanitiser that
/// comes after it sees no surprises and takes no longer than the text is long.
/// </summary>
internal sealed class MarkupCleaner
{
    /// <summary>The sanitiser's parser looks for an element among its siblings, one by one: twice as many cost it four times the time.</summary>
    private const int MostTags = 30_000;

    private const int MostHtml = 4_000_000;
    private const int Deepest = 100;
    private const int LongestAddress = 1000;

    /// <summary>How far into a film's or sound's element its sources are looked for.</summary>
    private const int LongestSources = 4000;

    private static readonly SearchValues<char> AfterAddress = SearchValues.Create(" \t\r\n\"'`|");

    private readonly string html;
    private readonly MarkupLinks links;
    private readonly StringBuilder output = new();
    private readonly List<(string Name, string Close)> open = [];
    private readonly List<TextHeading> headings = [];
    private readonly MarkupIds ids;

    /// <summary>Elements of whose content no end was found: none comes later either.</summary>
    private readonly HashSet<string> endless = [];

    private StringBuilder? headingText;
    private (int Level, int Start, string? Id, string? Align) heading;
    private int tags;

    private MarkupCleaner(string html, MarkupLinks links)
    {
        this.html = html;
        (this.links, ids) = (links, links.Ids);
    }

    /// <exception cref="TooIntricateException">It has too many tags, or grows too large.</exception>
    public static (string Html, IReadOnlyList<TextHeading> Headings) Clean(string html, MarkupLinks links)
    {
        var cleaner = new MarkupCleaner(html, links);
        cleaner.Run();
        return (cleaner.output.ToString(), cleaner.headings);
    }

    private void Run()
    {
        for (var at = 0; at < html.Length;)
        {
            var tag = html.IndexOf('<', at);
            Text(html.AsSpan(at, (tag < 0 ? html.Length : tag) - at));
            if (tag < 0)
                break;
            at = tag + Markup(tag);
            if (tags > MostTags || output.Length > MostHtml)
                throw new TooIntricateException();
        }

        CloseDownTo(0);
    }

    /// <summary>Deals with what begins with <c>&lt;</c> and gives back how long it is.</summary>
    private int Markup(int at)
    {
        if (at + 1 < html.Length && html[at + 1] is '!' or '?' && EndOfComment(at) is { } end)
            return end - at;
        if (MarkupTag.Read(html, at) is not { } tag)
        {
            Text("&lt;");
            return 1;
        }

        tags += MarkupRules.Void.Contains(tag.Name) ? 2 : 1;
        if (tag.End)
            End(tag, at);
        else if (MarkupRules.WithContent.Contains(tag.Name))
            return WithContent(tag, at);
        else
            Start(tag, at);
        return tag.Length;
    }

    private int? EndOfComment(int at)
    {
        var comment = html.AsSpan(at).StartsWith("<!--", StringComparison.Ordinal);
        var sign = comment ? "-->" : ">";
        if (endless.Contains(sign))
            return null;
        var end = html.IndexOf(sign, at + 2, StringComparison.Ordinal);
        if (end >= 0)
            return end + sign.Length;
        endless.Add(sign);
        return null;
    }

    /// <summary>How long the element is, which goes with all that it encloses.</summary>
    private int WithContent(MarkupTag tag, int at)
    {
        var end = EndOfContent(tag, at);
        if (tag.Name is "video" or "audio")
            Medium(tag, at + tag.Length, Math.Min(end, at + tag.Length + LongestSources));
        return end - at;
    }

    private int EndOfContent(MarkupTag tag, int at)
    {
        var close = endless.Contains(tag.Name) ? -1 : html.IndexOf($"</{tag.Name}", at + tag.Length, StringComparison.OrdinalIgnoreCase);
        if (close >= 0)
            return close + (MarkupTag.Read(html, close)?.Length ?? 2 + tag.Name.Length);
        // Never closed: without it, the text goes on.
        endless.Add(tag.Name);
        return at + tag.Length;
    }

    private void Start(MarkupTag tag, int at)
    {
        switch (tag.Name)
        {
            case "img":
                Picture(tag);
                break;
            case "input" when string.Equals(tag["type"], "checkbox", StringComparison.OrdinalIgnoreCase):
                Task(tag.Attributes.ContainsKey("checked"));
                break;
            case var name when MarkupRules.HeadingLevel(name) is { } level:
                Heading(tag, level);
                break;
            case "a":
                Link(tag);
                break;
            case var name when MarkupRules.Elements.Contains(name):
                Element(tag);
                break;
            case var name when !MarkupRules.Dropped.Contains(name):
                // A word in angle brackets, such as the special tokens of a tokenizer.
                Text(WebUtility.HtmlEncode(html.Substring(at, tag.Length)));
                break;
        }
    }

    private void End(MarkupTag tag, int at)
    {
        var name = tag.Name;
        var place = open.FindLastIndex(e => e.Name == name);
        if (place >= 0)
            CloseDownTo(place);
        else if (!MarkupRules.Elements.Contains(name) && !MarkupRules.Dropped.Contains(name) && !MarkupRules.WithContent.Contains(name))
            Text(WebUtility.HtmlEncode(html.Substring(at, tag.Length)));
    }

    private void Element(MarkupTag tag)
    {
        var name = tag.Name;
        var close = MarkupRules.Void.Contains(name) ? null : name == "table" ? "</table></div>" : $"</{name}>";
        if (close is not null && open.Count == Deepest)
            return;

        // Wide tables and long lines are scrolled by themselves, by keyboard too.
        if (name == "table")
            output.Append("<div class=\"card-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">");
        output.Append('<').Append(name);
        if (name == "pre")
            output.Append(" tabindex=\"0\"");
        Common(tag);
        switch (name)
        {
            case "td" or "th":
                Number(tag, "colspan", 1000);
                Number(tag, "rowspan", 1000);
                Word(tag, "valign", "top", "middle", "bottom");
                Word(tag, "scope", "row", "col");
                break;
            case "ol":
                Number(tag, "start", 1_000_000_000);
                break;
            case "details" when tag.Attributes.ContainsKey("open"):
                Attribute("open", "");
                break;
        }

        output.Append('>');
        if (close is not null)
            open.Add((name, close));
    }

    private void Link(MarkupTag tag)
    {
        // One link in another would end the outer one.
        if (open.Count == Deepest || IsOpen("a"))
            return;
        var target = tag["href"] is { } href ? links.Target(href) : null;
        var anchor = tag["id"] ?? tag["name"];
        if (target is null && anchor is null)
            return;

        output.Append("<a");
        if (target is not null)
        {
            Attribute("href", target);
            if (target[0] != '#')
                Attribute("rel", "nofollow ugc noopener");
        }

        if (tag["class"] == "footnote-back-ref")
            Attribute("aria-label", "Back to where the note is called");
        Common(tag, anchor);
        output.Append('>');
        open.Add(("a", "</a>"));
    }

    /// <summary>Pictures of other servers are not loaded: each would tell that server who reads what. They are links instead.</summary>
    private void Picture(MarkupTag tag)
    {
        if (tag["src"] is not { Length: > 0 } source)
            return;
        var words = tag["alt"] is { } alt && !string.IsNullOrWhiteSpace(alt) ? alt.Trim() : null;
        if (links.Picture(source) is { } own)
        {
            if (own.Shown)
            {
                output.Append("<img loading=\"lazy\"");
                Attribute("src", own.Address);
                Attribute("alt", words ?? "");
                Size(tag, "width");
                Size(tag, "height");
                Common(tag);
                output.Append('>');
            }
            else
            {
                output.Append("<span class=\"held-picture\">");
                Text(WebUtility.HtmlEncode(words ?? "Picture"));
                output.Append("</span>");
            }

            return;
        }

        LinkTo(source, words ?? MarkupLinks.NameOf(source, "Picture"));
    }

    /// <summary>Films and sounds are not played in a page: each would be loaded from its server at once. They are links too.</summary>
    /// <param name="from">Where what stands between the tags begins, in which other sources may be.</param>
    private void Medium(MarkupTag tag, int from, int to)
    {
        var source = tag["src"];
        for (var at = from; string.IsNullOrWhiteSpace(source) && html.IndexOf("<source", at, to - at, StringComparison.OrdinalIgnoreCase) is var next and >= 0; at = next + 1)
            source = MarkupTag.Read(html, next)?["src"];
        if (string.IsNullOrWhiteSpace(source))
            return;
        var kind = tag.Name == "video" ? "Video" : "Audio";
        var given = (tag["title"] ?? tag["aria-label"])?.Trim();
        LinkTo(source, string.IsNullOrEmpty(given) ? $"{kind}: {MarkupLinks.NameOf(source, "file")}" : given);
    }

    private void LinkTo(string source, string words)
    {
        var target = IsOpen("a") || open.Count == Deepest ? null : links.Target(source);
        if (target is null)
        {
            Text(WebUtility.HtmlEncode(words));
            return;
        }

        tags += 2;
        output.Append("<a class=\"linked-picture\" rel=\"nofollow ugc noopener\"");
        Attribute("href", target);
        output.Append('>');
        open.Add(("a", "</a>"));
        Text(WebUtility.HtmlEncode(words));
        CloseDownTo(open.Count - 1);
    }

    private void Task(bool done) =>
        output.Append("<span class=\"task\" role=\"img\" aria-label=\"").Append(done ? "Done" : "To do").Append("\">").Append(done ? '☑' : '☐').Append("</span>");

    /// <summary>One level down, because the page has its own first heading; with an address, and a link to it.</summary>
    private void Heading(MarkupTag tag, int level)
    {
        if (headingText is not null || open.Count == Deepest)
            return;
        headingText = new StringBuilder();
        heading = (level, output.Length, tag["id"], tag["align"]);
        open.Add((tag.Name, ""));
    }

    private void EndHeading()
    {
        var text = headingText!.ToString().Trim();
        headingText = null;
        var (level, start, given, align) = heading;
        var content = output.ToString(start, output.Length - start);
        output.Length = start;
        var id = ids.OfHeading(text, given);
        var element = string.Create(CultureInfo.InvariantCulture, $"h{Math.Min(level + 1, 6)}");
        output.Append('<').Append(element);
        Attribute("id", id);
        if (align?.ToLowerInvariant() is "left" or "right" or "center")
            Attribute("align", align.ToLowerInvariant());
        output.Append('>').Append(content);
        if (text.Length > 0)
        {
            output.Append("<a class=\"anchor\"");
            Attribute("href", "#" + id);
            Attribute("aria-label", $"Link to this section: {(text.Length > 100 ? text[..100] : text)}");
            output.Append(">#</a>");
            headings.Add(new(level, id, text));
        }

        output.Append("</").Append(element).Append('>');
    }

    private void CloseDownTo(int count)
    {
        while (open.Count > count)
        {
            var (name, close) = open[^1];
            open.RemoveAt(open.Count - 1);
            if (MarkupRules.HeadingLevel(name) is not null)
                EndHeading();
            else
                output.Append(close);
        }
    }

    /// <param name="text">HTML text: what must be encoded is.</param>
    private void Text(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        if (headingText is { Length: < 300 })
            headingText.Append(WebUtility.HtmlDecode(text.ToString()));
        if (IsOpen("a") || IsOpen("code") || IsOpen("pre") || IsOpen("kbd") || IsOpen("samp"))
        {
            AppendText(text);
            return;
        }

        // Bare addresses become links, as on GitHub. Markdig's own way to do so takes the square of a paragraph's length.
        while (text.IndexOf("http", StringComparison.OrdinalIgnoreCase) is var at and >= 0)
        {
            var length = LengthOfAddress(text[at..]);
            var begins = at == 0 || !char.IsLetterOrDigit(text[at - 1]);
            if (length == 0 || !begins || links.Target(WebUtility.HtmlDecode(text.Slice(at, length).ToString())) is not { } target)
            {
                AppendText(text[..(at + 4)]);
                text = text[(at + 4)..];
                continue;
            }

            AppendText(text[..at]);
            output.Append("<a");
            Attribute("href", target);
            output.Append(" rel=\"nofollow ugc noopener\">");
            AppendText(text.Slice(at, length));
            output.Append("</a>");
            tags += 2;
            text = text[(at + length)..];
        }

        AppendText(text);
    }

    /// <summary>0 if none begins here. A full stop or a bracket behind it belongs to the sentence.</summary>
    private static int LengthOfAddress(ReadOnlySpan<char> text)
    {
        var scheme = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;
        if (scheme == 0)
            return 0;
        text = text[..Math.Min(text.Length, LongestAddress)];
        var end = text.IndexOfAny(AfterAddress);
        if (end < 0)
            end = text.Length;
        foreach (var entity in (ReadOnlySpan<string>)["&quot;", "&lt;", "&gt;", "&#39;"])
        {
            var at = text[..end].IndexOf(entity, StringComparison.Ordinal);
            end = at < 0 ? end : at;
        }

        while (end > scheme && (text[end - 1] is '.' or ',' or ':' or ';' or '!' or '?' or '*' or '_' || (text[end - 1] == ')' && !text[..end].Contains('('))))
            end--;
        return end > scheme && char.IsLetterOrDigit(text[scheme]) ? end : 0;
    }

    private void AppendText(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c >= ' ' || c is '\n' or '\t')
                output.Append(c);
        }
    }

    private void Common(MarkupTag tag, string? id = null)
    {
        if ((id ?? tag["id"]) is { Length: > 0 } wanted && ids.OrNull(wanted) is { } free)
            Attribute("id", free);
        var align = tag["align"] ?? (tag["style"] is { } style && style.StartsWith("text-align: ", StringComparison.Ordinal) ? style["text-align: ".Length..].TrimEnd(';') : null);
        if (align?.ToLowerInvariant() is "left" or "right" or "center" or "justify" or "middle" or "top" or "bottom")
            Attribute("align", align.ToLowerInvariant());
        Word(tag, "dir", "ltr", "rtl", "auto");
        if (tag["title"] is { Length: > 0 and <= 500 } title)
            Attribute("title", title);
        if (tag["lang"] is { Length: > 0 and <= 35 } lang && lang.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            Attribute("lang", lang);
        if (tag["class"] is { Length: > 0 and <= 200 } classes && classes.Split(' ').Where(MarkupRules.Classes.Contains).ToList() is { Count: > 0 } known)
            Attribute("class", string.Join(' ', known));
        if (tag.Name is "table" or "td" or "th")
            Size(tag, "width");
    }

    private void Attribute(string name, string value) => output.Append(' ').Append(name).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');

    private void Word(MarkupTag tag, string attribute, params ReadOnlySpan<string> words)
    {
        if (tag[attribute]?.ToLowerInvariant() is { } word && words.Contains(word))
            Attribute(attribute, word);
    }

    private void Number(MarkupTag tag, string attribute, int most)
    {
        if (int.TryParse(tag[attribute], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
            Attribute(attribute, number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Pixels, or a part of what is there.</summary>
    private void Size(MarkupTag tag, string attribute)
    {
        var text = tag[attribute].AsSpan().Trim();
        var percent = text.EndsWith("%", StringComparison.Ordinal);
        if (text.EndsWith("px", StringComparison.OrdinalIgnoreCase))
            text = text[..^2];
        if (int.TryParse(percent ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= (percent ? 100 : 4000))
            Attribute(attribute, string.Create(CultureInfo.InvariantCulture, $"{number}{(percent ? "%" : "")}"));
    }

    private bool IsOpen(string name) => open.Exists(e => e.Name == name);
}
