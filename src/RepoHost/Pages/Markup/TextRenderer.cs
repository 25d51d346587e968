using System.Net;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Pages.Markup;

/// <summary>
/// Makes HTML of what strangers write in Markdown: model cards, and the texts of gates. In this order:
///  1 no more than a bounded beginning of it
///  2 Markdown to HTML, raw HTML included, before a deadline (<see cref="MarkdownText"/>)
///  3 the HTML written anew: few elements, closed and shallow, links and pictures of this site (<see cref="MarkupCleaner"/>)
///  4 the sanitiser, which trusts none of the above (<see cref="SafeHtml"/>)
/// What is too intricate for that is shown as it was written.
/// </summary>
internal sealed class TextRenderer(SiteLinks links, PublicUrl publicUrl, TimeProvider time, OpenRepositories? others = null) : IDisposable
{
    /// <summary>Longer texts are cut.</summary>
    public const int MostCharacters = 256 * 1024;

    private const long Budget = 32L << 20;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    /// <summary>A machine that was busy may have time for the same text later; other repositories may have been opened.</summary>
    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(10);

    private readonly BoundedCache<TextKey> known = new(Budget);

    /// <summary>However many hostile cards are asked for, they keep this many cores busy.</summary>
    private readonly SemaphoreSlim rendering = new(Math.Max(1, Environment.ProcessorCount / 2));

    public TimeSpan LongestParse { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <param name="place">Null for a text that lies nowhere: it has no relative links.</param>
    /// <param name="idPrefix">Before every id of the text; another one for each text of a page.</param>
    public RenderedText Render(string markdown, MarkupPlace? place, string idPrefix = "card-")
    {
        var cut = markdown.Length > MostCharacters;
        if (cut)
            markdown = Beginning(markdown);
        try
        {
            return Clean(MarkdownText.ToHtml(markdown, LongestParse), LinksOf(place, idPrefix), cut);
        }
        catch (TooIntricateException)
        {
            return Plain(markdown, cut);
        }
    }

    /// <summary>The same for a blob, remembered: what is in a blob never changes.</summary>
    /// <param name="contentId">The blob's id, or whatever else names this text and this prefix alone.</param>
    /// <param name="read">Reads the text when it has to be rendered.</param>
    public async Task<RenderedText> RenderAsync(string contentId, MarkupPlace place, Func<Task<string>> read, CancellationToken cancellationToken, string idPrefix = "card-")
    {
        var open = place is { ShowsPictures: false, AtDefaultTip: true } ? place.Record.OpenFiles : null;
        var key = new TextKey(contentId, place.Record.Type, place.Record.FullName, place.Revision, place.Folder, place.ShowsPictures, open);
        if (Find(key) is { } found)
            return found;

        var text = await read();
        if (!await rendering.WaitAsync(LongestWait, cancellationToken))
            return Plain(Beginning(text), text.Length > MostCharacters);
        try
        {
            if (Find(key) is { } made)
                return made;
            var (rendered, passing) = await RenderAsync(text, place, idPrefix, cancellationToken);
            known.Remove(key);
            known.Add(key, new Known(rendered, time.GetTimestamp(), passing), 1000 + (2L * rendered.Html.Length) + rendered.Headings.Sum(h => 100 + (4L * h.Text.Length)));
            return rendered;
        }
        finally
        {
            rendering.Release();
        }
    }

    public void Dispose() => rendering.Dispose();

    /// <returns>The text, and whether it hangs on what other repositories are just now.</returns>
    private async Task<(RenderedText Text, bool Passing)> RenderAsync(string markdown, MarkupPlace place, string idPrefix, CancellationToken cancellationToken)
    {
        var cut = markdown.Length > MostCharacters;
        markdown = Beginning(markdown);
        try
        {
            var html = MarkdownText.ToHtml(markdown, LongestParse);
            var found = LinksOf(place, idPrefix);
            var rendered = Clean(html, found, cut);
            if (found.Sources.Count == 0 || others is null)
                return (rendered, false);
            var open = await others.AmongAsync(found.Sources, cancellationToken);
            return (open.Count == 0 ? rendered : Clean(html, LinksOf(place with { OpenSources = open }, idPrefix), cut), true);
        }
        catch (TooIntricateException)
        {
            return (Plain(markdown, cut), true);
        }
    }

    private MarkupLinks LinksOf(MarkupPlace? place, string idPrefix) => new(links, publicUrl.Base, place, idPrefix);

    private static RenderedText Clean(string html, MarkupLinks links, bool cut)
    {
        var (clean, headings) = MarkupCleaner.Clean(html, links);
        return new(SafeHtml.Of(clean), headings, Plain: false, cut);
    }

    private RenderedText? Find(TextKey key) =>
        known.TryGet<Known>(key, out var found) && !(found.Passing && time.GetElapsedTime(found.Since) > TryAgain) ? found.Text : null;

    private static RenderedText Plain(string text, bool cut) => new($"<pre class=\"plain\" tabindex=\"0\">{WebUtility.HtmlEncode(text)}</pre>", [], Plain: true, cut);

    /// <summary>Cut at the end of a line, and never within a character.</summary>
    private static string Beginning(string text)
    {
        if (text.Length <= MostCharacters)
            return text;
        var end = text.LastIndexOf('\n', MostCharacters - 1, MostCharacters / 2);
        if (end < 0)
            end = char.IsHighSurrogate(text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters;
        return text[..end];
    }

    /// <param name="Passing">Another time it may be another one.</param>
    private sealed record Known(RenderedText Text, long Since, bool Passing);

    private readonly record struct TextKey(string ContentId, RepositoryType Type, string FullName, string Revision, string Folder, bool ShowsPictures, string? OpenFiles);
}
