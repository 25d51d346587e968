using System.Collections.Frozen;

namespace RepoHost.Pages.Markup;

/// <summary>Which HTML a stranger's text may use. Whatever is not named here is not in a page.</summary>
internal static class MarkupRules
{
    public static readonly FrozenSet<string> Elements = Words(
        "a abbr b bdi bdo blockquote br caption center cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby"
        + " s samp small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr");

    public static readonly FrozenSet<string> Void = Words("br hr img wbr");

    /// <summary>What stands between these tags is not text for readers: it goes with them.</summary>
    public static readonly FrozenSet<string> WithContent = Words(
        "applet audio canvas embed frameset iframe math noembed noframes object param plaintext script select style svg template textarea title video xmp");

    /// <summary>Known to browsers, of no use here: the tag goes, what it encloses stays. Tags of other names are shown as they were written.</summary>
    public static readonly FrozenSet<string> Dropped = Words(
        "acronym address area article aside base basefont bgsound big blink body button col colgroup data datalist dialog dir fieldset font footer form frame head header hgroup html image input"
        + " isindex keygen label legend link listing main map marquee menu meta meter multicol nav nextid nobr noscript optgroup option output picture progress rb rtc search section slot source spacer"
        + " summary time track");

    public static readonly FrozenSet<string> Classes = Words(
        "anchor card-scroll ck ct cn cc cm ch footnotes footnote-ref footnote-back-ref held-picture linked-picture markdown-alert markdown-alert-title markdown-alert-note markdown-alert-tip"
        + " markdown-alert-important markdown-alert-warning markdown-alert-caution task");

    public static readonly FrozenSet<string> Attributes = Words(
        "align alt aria-label class colspan dir height href id lang loading open rel reversed role rowspan scope src start tabindex title valign value width");

    public static readonly FrozenSet<string> Schemes = Words("http https mailto");

    /// <summary>Types that <c>resolve</c> answers as what they are, so that a browser shows them (Hosting/ContentDescription).</summary>
    private static readonly FrozenSet<string> Pictures = Words(".png .jpg .jpeg .gif .webp");

    public static bool IsPicture(string path) => Pictures.Contains(Path.GetExtension(path).ToLowerInvariant());

    public static int? HeadingLevel(string element) => element is ['h', >= '1' and <= '6'] ? element[1] - '0' : null;

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
