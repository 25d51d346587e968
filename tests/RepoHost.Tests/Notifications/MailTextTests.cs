using RepoHost.Notifications;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>What others type is made harmless (threats 36 and 49), and lines end where a terminal does.</summary>
public sealed class MailTextTests
{
    [Theory]
    [InlineData("Ada Lovelace", "Ada Lovelace")]
    [InlineData("Ada\r\nBcc: eve@mail.example", "Ada Bcc: eve@mail.example")]
    [InlineData("Ada\u0085\u2028\u2029Eve", "Ada Eve")]
    [InlineData("a\0b\u001b[31mc", "a b [31mc")]
    [InlineData("Ada \u202Egpj.exe", "Ada gpj.exe")]
    [InlineData("\u2066Ada\u2069", "Ada")]
    [InlineData("Ada\u200B\uFEFF Eve", "Ada Eve")]
    [InlineData("क\u094D\u200Dष", "क\u094D\u200Dष")]
    [InlineData("  Ada   Eve  ", "Ada Eve")]
    [InlineData("broken \uD83D half", "broken half")]
    [InlineData("whole 😀", "whole 😀")]
    [InlineData(null, "")]
    public void A_name_is_one_line_of_what_it_shows(string? text, string expected) => Assert.Equal(expected, MailText.OneLine(text));

    [Fact]
    public void Lines_end_before_the_width_between_words()
    {
        var text = string.Join(' ', Enumerable.Repeat("seven77", 40));
        var lines = MailText.Wrap(text, "  - ", "    ").ToList();
        Assert.All(lines, line => Assert.InRange(line.Length, 1, MailText.Width));
        Assert.StartsWith("  - seven77", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.StartsWith("    seven77", line, StringComparison.Ordinal));
        Assert.Equal(text, string.Join(' ', lines.Select(line => line[4..])));
    }

    [Fact]
    public void A_word_that_is_longer_than_a_line_is_cut_and_no_character_with_it()
    {
        var lines = MailText.Wrap("x" + string.Concat(Enumerable.Repeat("😀", 100)), "> ", "> ").ToList();
        Assert.All(lines, line => Assert.InRange(MailText.Columns(line), 1, MailText.Width));
        Assert.DoesNotContain(lines, line => char.IsHighSurrogate(line[^1]));
        Assert.Equal(100, string.Concat(lines).EnumerateRunes().Count(r => r.Value == 0x1F600));
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("長い", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("😀", 2)]
    public void Columns_are_those_of_a_terminal(string text, int columns) => Assert.Equal(columns, MailText.Columns(text));

    [Fact]
    public void Both_parts_of_a_letter_say_the_same_and_hostile_words_stay_words()
    {
        var letter = new Letter("Subject\r\nBcc: eve@mail.example")
            .Paragraph("<script>alert(1)</script> & so on")
            .Quote("first\r\n<b>second</b>\n\n-- \nthird")
            .Items(["\"><img src=x onerror=alert(1)>"])
            .Link("Open:", "https://hub.example/a?b=1&c=2");
        Assert.Equal("Subject Bcc: eve@mail.example", letter.Subject);
        Assert.Equal(
            "<script>alert(1)</script> & so on\n\n> first\n> <b>second</b>\n> --\n> third\n  - \"><img src=x onerror=alert(1)>\n\nOpen:\nhttps://hub.example/a?b=1&c=2\n",
            letter.ToText());
        var html = letter.ToHtml();
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Contains("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on</p>", html, StringComparison.Ordinal);
        Assert.Contains("<blockquote>first<br>&lt;b&gt;second&lt;/b&gt;<br>--<br>third</blockquote>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://hub.example/a?b=1&amp;c=2\">https://hub.example/a?b=1&amp;c=2</a>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_of_an_account_mail_is_wrapped_but_its_link_is_not()
    {
        var link = "https://hub.example/reset/" + new string('x', 120);
        var text = AccountLetter.Text($"{string.Join(' ', Enumerable.Repeat("word", 40))}\r\n\r\n{link}\r\n\r\nBye");
        var lines = text.Split('\n');
        Assert.Contains(link, lines);
        Assert.All(lines.Where(line => line != link), line => Assert.InRange(line.Length, 0, MailText.Width));
        var html = AccountLetter.Html("Reset <b>", $"Hello <i>you</i>\n\n{link}\n\njavascript:alert(1)");
        Assert.Contains($"<p><a href=\"{link}\">{link}</a></p>", html, StringComparison.Ordinal);
        Assert.Contains("<p>Hello &lt;i&gt;you&lt;/i&gt;</p>", html, StringComparison.Ordinal);
        Assert.Contains("<p>javascript:alert(1)</p>", html, StringComparison.Ordinal);
        Assert.Contains("<title>Reset &lt;b&gt;</title>", html, StringComparison.Ordinal);
    }
}
