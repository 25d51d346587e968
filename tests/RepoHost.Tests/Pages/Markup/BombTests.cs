using System.Diagnostics;
using System.Globalization;
using System.Text;
using RepoHost.Pages.Markup;
using Xunit;

namespace RepoHost.Tests.Pages.Markup;

/// <summary>Threat rows 36, 38 and 43: texts that are made to take for ever, to grow, or to overflow a stack. A megabyte of each.</summary>
public sealed class BombTests
{
    /// <summary>The parser stops after half a second here; the rest is for what comes after it, and for a machine that has other things to do.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(8);

    public static TheoryData<string> Repeated =>
    [
        "[", "]", "![", "[a](", "![a](", "[a](b", "[a][", "[^a", "*", "**a ", "_a ", "*a_ ", "*a**b ", "***a", "~~a ", "> ", ">", ">\n", "- ", "- - ", "* a\n", "1. ", "#", "# a\n", "a\n=\n", "a\n-\n", "`", "``a` ", "```\n", "    a\n", "|", "|a|b|\n",
        "|-", "a|\n", "<", "<a ", "<a>", "<a href=x>", "<b>", "<b><p>", "<i><b>", "<font><p>", "<p><a href=x>", "<table>", "<table><tr><td>", "<td>", "<div>\n", "</div>", "<details><summary>", "<ul><li>", "<script>", "<style>", "<svg>", "<math><mtext>",
        "<!--", "<!-- a", "<!--a-->", "<![CDATA[", "<?", "<a b=\"", "<a b='c\" ", "<a b=c ", "&", "&amp;", "&#x41;", "\\", "\\[", "http://a.b ", "https://a.b/c_d*e* ", "http://", "www.a.b ", "mailto:a@b.c ", "a@b.c ", "<http://a.b>", "\t", " ", "\n", "\0", "é",
        "\ud83d\ude00", "[a]: /b\n", "[^1]: a\n", "[^1] ", "- [ ] a\n", "> [!NOTE]\n> a\n\n", "---\n", "<h1>", "<h1>a</h1>", "<img src=a.png>", "<img src=http://a.b/c.png>", "<input type=checkbox>", "<pre>", "<code>", "<x>", "</x>", "<li>", "<b><table>", "<a><table>",
    ];

    [Theory]
    [MemberData(nameof(Repeated))]
    public async Task A_megabyte_of_anything_is_rendered_or_shown_as_it_is_in_bounded_time(string piece)
    {
        var text = new StringBuilder();
        while (text.Length < 1 << 20)
            text.Append(piece);
        await IsBoundedAsync(text.ToString());
    }

    [Theory]
    [InlineData("quotations", 20_000)]
    [InlineData("lists", 700)]
    [InlineData("open elements", 60_000)]
    [InlineData("formatting", 30_000)]
    [InlineData("wide table", 60_000)]
    [InlineData("table of links", 3_000)]
    [InlineData("equal headings", 60_000)]
    [InlineData("notes", 20_000)]
    [InlineData("ticks", 700)]
    [InlineData("definitions", 15_000)]
    [InlineData("attributes", 40_000)]
    [InlineData("code", 100_000)]
    public async Task What_is_nested_or_repeated_with_a_plan_is_bounded_too(string plan, int n)
    {
        var numbers = Enumerable.Range(0, n);
        string Each(Func<int, string> piece) => string.Concat(numbers.Select(piece));
        await IsBoundedAsync(plan switch
        {
            "quotations" => Each(i => new string('>', (i % 300) + 1) + "a\n"),
            "lists" => Each(i => new string(' ', 2 * i) + "- a\n"),
            "open elements" => Each(i => i % 2 == 0 ? "<div>" : "<span>"),
            "formatting" => Each(i => $"<b title={i.ToString(CultureInfo.InvariantCulture)}><p>"),
            "wide table" => Each(_ => "|a") + "\n" + Each(_ => "|-") + "\n" + Each(_ => "|b") + "\n",
            "table of links" => "|a|b|\n|-|-|\n" + Each(i => $"|[x{i}](y{i})|http://a.b/{i}|\n"),
            "equal headings" => Each(_ => "# a\n"),
            "notes" => "[^1]: x\n\n" + Each(_ => "[^1] "),
            "ticks" => Each(i => new string('`', i) + " "),
            "definitions" => Each(i => $"[a{i}]: /x\n") + Each(i => $"[a{i}] "),
            "attributes" => "<a " + Each(i => $"a{i} ") + ">",
            "code" => "```python\n" + Each(i => $"x = '{i}' # \"\n") + "```\n",
            _ => throw new ArgumentOutOfRangeException(nameof(plan)),
        });
    }

    [Fact]
    public void A_long_text_is_cut_at_the_end_of_a_line_and_says_so()
    {
        var rendered = Rendering.Of(string.Concat(Enumerable.Repeat("words words words words words words words words word\n\n", 10_000)));
        Assert.True(rendered.Cut);
        Assert.EndsWith("<p>words words words words words words words words word</p>", rendered.Html.TrimEnd(), StringComparison.Ordinal);
        Assert.False(Rendering.Of("short").Cut);
    }

    [Fact]
    public void What_is_too_intricate_is_shown_as_it_was_written()
    {
        var rendered = Rendering.Of(new string('>', 5000) + "<script>alert(1)</script>");
        Assert.True(rendered.Plain);
        Assert.Contains("&lt;script&gt;alert(1)", rendered.Html, StringComparison.Ordinal);
    }

    /// <summary>On a thread of the pool, as a request is: its stack is the smallest that there is.</summary>
    private static async Task IsBoundedAsync(string text)
    {
        var begun = Stopwatch.GetTimestamp();
        var rendered = await Task.Run(() => Rendering.Of(text));
        var took = Stopwatch.GetElapsedTime(begun);
        Assert.True(took < Bound, $"took {took}");
        Assert.True(rendered.Html.Length < 6_000_000, $"{rendered.Html.Length} characters");
        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalMilliseconds:0} ms, {rendered.Html.Length} characters{(rendered.Plain ? ", plain" : "")}");
        if (rendered.Html.Length < 300_000)
            Rendering.IsSafe(rendered.Html);
    }
}
