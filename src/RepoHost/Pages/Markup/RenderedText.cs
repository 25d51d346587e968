using Microsoft.AspNetCore.Html;

namespace RepoHost.Pages.Markup;

/// <summary>A stranger's text as it may stand in a page.</summary>
/// <param name="Html">Out of the sanitiser.</param>
/// <param name="Headings">In order, for a table of contents.</param>
/// <param name="Plain">Too intricate: the text as it was written.</param>
/// <param name="Cut">Longer than what is shown.</param>
internal sealed record RenderedText(string Html, IReadOnlyList<TextHeading> Headings, bool Plain, bool Cut)
{
    public static readonly RenderedText Empty = new("", [], Plain: false, Cut: false);

    public IHtmlContent Content => new HtmlString(Html);
}

/// <param name="Level">1 to 6, as it was written.</param>
/// <param name="Id">Where it is on the page.</param>
internal sealed record TextHeading(int Level, string Id, string Text);
