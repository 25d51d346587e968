using Xunit;

namespace RepoHost.Tests.Pages.Markup;

/// <summary>What readers see of a card that means well.</summary>
public sealed class RenderedTextTests
{
    [Theory]
    [InlineData("some *words* and **more**, ~~not~~ `code`", "<p>some <em>words</em> and <strong>more</strong>, <del>not</del> <code>code</code></p>")]
    [InlineData("- [x] done\n- [ ] not", "<ul><li><span class=\"task\" role=\"img\" aria-label=\"Done\">☑</span> done</li><li><span class=\"task\" role=\"img\" aria-label=\"To do\">☐</span> not</li></ul>")]
    [InlineData("> [!WARNING]\n> Hot.", "<div class=\"markdown-alert markdown-alert-warning\"><p class=\"markdown-alert-title\">Warning</p><p>Hot.</p></div>")]
    [InlineData("<div align=\"center\" style=\"color:red\" onclick=\"x()\">middle</div>", "<div align=\"center\">middle</div>")]
    [InlineData("<details open><summary>More</summary>\n\n**text**\n\n</details>", "<details open=\"\"><summary>More</summary><p><strong>text</strong></p></details>")]
    [InlineData("press <kbd>Ctrl</kbd>, H<sub>2</sub>O, x<sup>2</sup>", "<p>press <kbd>Ctrl</kbd>, H<sub>2</sub>O, x<sup>2</sup></p>")]
    [InlineData("the token <|endoftext|> and <think> and </think>, List<int>", "<p>the token &lt;|endoftext|&gt; and &lt;think&gt; and &lt;/think&gt;, List&lt;int&gt;</p>")]
    [InlineData("<font color=red>words</font> <button>press</button>", "<p>words press</p>")]
    [InlineData("a <b>bold <i>both</b> end</i>", "<p>a <b>bold <i>both</i></b> end</p>")]
    [InlineData("<div>never closed", "<div>never closed</div>")]
    [InlineData("a &amp; b &lt; c &copy;", "<p>a &amp; b &lt; c ©</p>")]
    [InlineData("before <!-- a remark --> after", "<p>before  after</p>")]
    public void Markdown_and_harmless_html_look_as_they_were_meant(string markdown, string html) => Assert.Equal(html, Rendering.Html(markdown));

    [Theory]
    [InlineData("docs/usage.md", "/acme/tiny/blob/main/docs/usage.md")]
    [InlineData("./docs/../LICENSE", "/acme/tiny/blob/main/LICENSE")]
    [InlineData("docs/", "/acme/tiny/tree/main/docs")]
    [InlineData(".", "/acme/tiny/tree/main")]
    [InlineData("my%20file%20%23%25.txt", "/acme/tiny/blob/main/my%20file%20%23%25.txt")]
    [InlineData("ü.md?raw=true#L3", "/acme/tiny/blob/main/%C3%BC.md#L3")]
    [InlineData("#usage", "#card-usage")]
    [InlineData("/datasets/acme/reviews", "/datasets/acme/reviews")]
    [InlineData("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f")]
    [InlineData("//example.org/x", "https://example.org/x")]
    [InlineData("mailto:team@example.org", "mailto:team@example.org")]
    [InlineData("../outside.md", null)]
    [InlineData("docs/../../outside.md", null)]
    [InlineData("ftp://example.org/x", null)]
    public void Links_lead_into_the_repository_or_out_of_the_site(string written, string? target)
    {
        var link = Rendering.Dom(Rendering.Of($"[words](<{written}>)").Html).QuerySelector("a");
        Assert.Equal(target, link?.GetAttribute("href"));
        if (target is ['h', ..])
            Assert.Equal("nofollow ugc noopener", link!.GetAttribute("rel"));
        Assert.Contains("words", Rendering.Html($"[words](<{written}>)"), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_of_a_file_in_a_folder_start_from_that_folder() =>
        Assert.Contains("href=\"/acme/tiny/blob/main/docs/b.md\"", Rendering.Of("[b](b.md) [a](../a.md)", folder: "docs").Html, StringComparison.Ordinal);

    [Theory]
    [InlineData("see https://example.org/a_b_c.", "https://example.org/a_b_c")]
    [InlineData("(https://example.org/x)", "https://example.org/x")]
    [InlineData("https://example.org/a_(b)", "https://example.org/a_(b)")]
    [InlineData("**https://example.org/?a=1&b=2**", "https://example.org/?a=1&b=2")]
    [InlineData("\"https://example.org/q\"", "https://example.org/q")]
    [InlineData("`https://example.org`", null)]
    [InlineData("xhttps://example.org http:// https", null)]
    public void A_bare_address_is_a_link(string markdown, string? target) =>
        Assert.Equal(target, Rendering.Dom(Rendering.Of(markdown).Html).QuerySelector("a")?.GetAttribute("href"));

    [Fact]
    public void Pictures_of_the_repository_come_from_it_and_go_through_its_gate()
    {
        var picture = Rendering.Dom(Rendering.Of("![A plot](img/plot.png)").Html).QuerySelector("img")!;
        Assert.Equal(("/acme/tiny/resolve/main/img/plot.png", "A plot", "lazy"), (picture.GetAttribute("src"), picture.GetAttribute("alt"), picture.GetAttribute("loading")));
        var sized = Rendering.Dom(Rendering.Of("<img src=\"./img/plot.png\" width=\"50%\" height=120px alt=x>").Html).QuerySelector("img")!;
        Assert.Equal(("50%", "120"), (sized.GetAttribute("width"), sized.GetAttribute("height")));
        Assert.Equal("/acme/tiny/resolve/main/a.jpg", Rendering.Dom(Rendering.Of($"![]({Rendering.Address}/acme/tiny/resolve/main/a.jpg)").Html).QuerySelector("img")!.GetAttribute("src"));
    }

    [Fact]
    public void Whoever_does_not_pass_the_gate_is_sent_no_pictures_of_the_repository()
    {
        var html = Rendering.Html("![A plot](img/plot.png)", pictures: false);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"held-picture\">A plot</span>", html, StringComparison.Ordinal);
    }

    /// <summary>A picture of another server would tell it who reads this page.</summary>
    [Theory]
    [InlineData("![licence](https://badges.example/mit.svg)", "<p><a class=\"linked-picture\" rel=\"nofollow ugc noopener\" href=\"https://badges.example/mit.svg\">licence</a></p>")]
    [InlineData("![](https://pictures.example/a/plot.png?x=1)", "<p><a class=\"linked-picture\" rel=\"nofollow ugc noopener\" href=\"https://pictures.example/a/plot.png?x=1\">plot.png</a></p>")]
    [InlineData("[![build](https://badges.example/ok.svg)](https://ci.example/)", "<p><a href=\"https://ci.example/\" rel=\"nofollow ugc noopener\">build</a></p>")]
    [InlineData("![drawing](a.svg)", "<p><a class=\"linked-picture\" rel=\"nofollow ugc noopener\" href=\"/acme/tiny/blob/main/a.svg\">drawing</a></p>")]
    public void Pictures_of_other_servers_are_links(string markdown, string html) => Assert.Equal(html, Rendering.Html(markdown));

    [Fact]
    public void Headings_are_one_level_lower_and_have_addresses()
    {
        var rendered = Rendering.Of("# A Title\n\n## Use `it`, please!\n\n## Use it please\n\n### Über\n\n[up](#a-title)");
        Assert.Equal([(1, "card-a-title", "A Title"), (2, "card-use-it-please", "Use it, please!"), (2, "card-use-it-please-1", "Use it please"), (3, "card-über", "Über")], rendered.Headings.Select(h => (h.Level, h.Id, h.Text)));
        var dom = Rendering.Dom(rendered.Html);
        Assert.Equal("A Title#", dom.QuerySelector("h2#card-a-title")!.TextContent);
        Assert.Equal("#card-a-title", dom.QuerySelector("h2#card-a-title a.anchor")!.GetAttribute("href"));
        Assert.Equal("H4", dom.QuerySelector("#card-über")!.TagName);
        Assert.Equal("#card-a-title", dom.QuerySelectorAll("a")[^1].GetAttribute("href"));
    }

    /// <summary>Links as GitHub, the Hub and people write them: with what joins and varies emoji, without it, escaped or not.</summary>
    [Theory]
    [InlineData("⚠️ Warning", "#-warning", "#️-warning", "#%EF%B8%8F-warning", "#⚠️-warning")]
    [InlineData("👩‍💻 Usage", "#-usage", "#‍-usage", "#%E2%80%8D-usage", "#👩‍💻-usage")]
    [InlineData("1️⃣ First step", "#1-first-step", "#1️⃣-first-step", "#1%EF%B8%8F%E2%83%A3-first-step")]
    [InlineData("Flags 🇪🇺🇯🇵 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "#flags--and-")]
    [InlineData("Skin 👍🏽 tone", "#skin--tone")]
    [InlineData("हिन्दी में", "#हिन्दी-में", "#%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80-%E0%A4%AE%E0%A5%87%E0%A4%82")]
    [InlineData("ไทย ที่นี่", "#ไทย-ที่นี่")]
    [InlineData("Caf\u0065\u0301 Ünïcode", "#cafe\u0301-ünïcode")]
    [InlineData("数学 𝒳 と 😀", "#数学-𝒳-と-")]
    [InlineData("a — b (c), d/e", "#a--b-c-de")]
    public void A_link_finds_its_heading_whatever_signs_that_holds(string heading, params string[] links)
    {
        var rendered = Rendering.Of($"## {heading}\n\n{string.Join("\n\n", links.Select(link => $"[to it]({link})"))}");
        var dom = Rendering.Dom(rendered.Html);
        Assert.NotEmpty(dom.QuerySelector("h3")!.Id!["card-".Length..].Trim('-'));
        foreach (var link in dom.QuerySelectorAll("p > a"))
            Assert.Equal("#" + dom.QuerySelector("h3")!.Id, link.GetAttribute("href"));
        Assert.Equal(links.Length, dom.QuerySelectorAll("p > a").Length);
        Rendering.IsSafe(rendered.Html);
    }

    /// <summary>An element that plays would load from its server as soon as the page is open.</summary>
    [Theory]
    [InlineData("<video src=\"demo.mp4\" controls></video>", "/acme/tiny/blob/main/demo.mp4", "Video: demo.mp4")]
    [InlineData("<video controls width=300><source src=\"https://films.example/a/demo.webm?x=1\" type=video/webm><source src=b.mp4>Your browser is old.</video>", "https://films.example/a/demo.webm?x=1", "Video: demo.webm")]
    [InlineData("<audio controls title=\"The voice\"><source type=x><source src=\"voice.wav\"></audio>", "/acme/tiny/blob/main/voice.wav", "The voice")]
    [InlineData("<AUDIO SRC='/acme/other/resolve/main/a.flac'></AUDIO>", "/acme/other/resolve/main/a.flac", "Audio: a.flac")]
    [InlineData("<video src=\"demo.mp4\">never closed", "/acme/tiny/blob/main/demo.mp4", "Video: demo.mp4")]
    public void Films_and_sounds_are_links(string html, string target, string words)
    {
        var rendered = Rendering.Of(html).Html;
        var link = Rendering.Dom(rendered).QuerySelector("a.linked-picture")!;
        Assert.Equal((target, words, "nofollow ugc noopener"), (link.GetAttribute("href"), link.TextContent, link.GetAttribute("rel")));
        Assert.DoesNotContain("Your browser is old.", rendered, StringComparison.Ordinal);
        Rendering.IsSafe(rendered);
    }

    [Theory]
    [InlineData("<video></video>")]
    [InlineData("<video><source></video>")]
    [InlineData("<audio src=\"javascript:alert(1)\" title=\"\"></audio>")]
    [InlineData("<video><source src='data:video/mp4;base64,AAAA'></video>")]
    public void A_film_that_leads_nowhere_is_no_link(string html)
    {
        var rendered = Rendering.Of(html).Html;
        Assert.Null(Rendering.Dom(rendered).QuerySelector("a"));
        Rendering.IsSafe(rendered);
    }

    [Fact]
    public void Tables_are_scrolled_by_themselves_and_keep_their_alignment()
    {
        var dom = Rendering.Dom(Rendering.Of("| a | b |\n| :- | -: |\n| 1 | 2 |").Html);
        Assert.Equal("0", dom.QuerySelector("div.card-scroll")!.GetAttribute("tabindex"));
        Assert.Equal(["left", "right"], dom.QuerySelectorAll("td").Select(c => c.GetAttribute("align")));
    }

    [Fact]
    public void Footnotes_lead_there_and_back()
    {
        var dom = Rendering.Dom(Rendering.Of("text[^1]\n\n[^1]: the note").Html);
        var note = dom.QuerySelector("a.footnote-ref")!.GetAttribute("href")!;
        Assert.NotNull(dom.QuerySelector($"[id='{note[1..]}']"));
        Assert.NotNull(dom.QuerySelector($"[id='{dom.QuerySelector("a.footnote-back-ref")!.GetAttribute("href")![1..]}']"));
    }

    [Fact]
    public void Code_is_coloured_by_classes_and_stays_what_it_is()
    {
        const string code = "from x import y  # \"<b>\"\nprint('a')\n";
        var dom = Rendering.Dom(Rendering.Of($"```python\n{code}```").Html);
        Assert.Equal(code, dom.QuerySelector("pre code")!.TextContent);
        Assert.Equal("from", dom.QuerySelector("pre .ck")!.TextContent);
        Assert.Equal(code, Rendering.Dom(Rendering.Of($"```unknown\n{code}```").Html).QuerySelector("pre code")!.TextContent);
    }

    /// <summary>Code that reads otherwise than it is ("Trojan source").</summary>
    [Fact]
    public void Code_hides_no_characters_that_turn_its_direction() =>
        Assert.Contains("if ⟨U+202E⟩admin", Rendering.Dom(Rendering.Of("```python\nif \u202eadmin\n```").Html).QuerySelector("pre code")!.TextContent, StringComparison.Ordinal);
}
