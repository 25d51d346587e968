using System.Diagnostics;
using RepoHost.Pages.Highlighting;
using Xunit;

namespace RepoHost.Tests.Pages;

public sealed class CodeHighlighterTests
{
    [Theory]
    [InlineData("a.py", "def f(x): # it's", "k:def| f(x): |c:# it's")]
    [InlineData("a.py", "s = 'a\\'b' + \"c\"", "s = |t:'a\\'b'| + |t:\"c\"")]
    [InlineData("a.json", """{"a": [1.5e3, "b", true]}""", "{|m:\"a\"|: [|n:1.5e3|, |t:\"b\"|, |k:true|]}")]
    [InlineData("a.yaml", "- key: it's # no\n  other: \"x\"", "- |m:key|: it's |c:# no\n  |m:other|: |t:\"x\"")]
    [InlineData("a.yaml", "url: http://x/#y", "m:url|: http://x/#y")]
    [InlineData("a.js", "/* a\nb */ let x = `t\nu`", "c:/*|c: a\nc:b */| |k:let| x = |t:`|t:t\nt:u`")]
    [InlineData("a.html", "<p class=\"x\">isn't</p>", "m:<p| class=|t:\"x\"|m:>|isn't|m:</p|m:>")]
    [InlineData("README.md", "---\nlicense: mit\n---\n# Title\n#no `code` `\n```\nx\n```", "c:---\nm:license|: mit\nc:---\nh:# Title\n#no |t:`code`| `\nc:```\nt:x\nc:```")]
    public void Lines_are_cut_into_words_texts_and_comments(string file, string text, string expected)
    {
        var lines = text.Split('\n');
        var shown = CodeHighlighter.Colour(CodeLanguage.OfFile(file)!, lines).Select((pieces, i) => string.Join('|', pieces.Select(piece => Write(piece, lines[i]))));
        Assert.Equal(expected, string.Join('\n', shown));
    }

    [Fact]
    public void Files_of_unknown_kinds_have_no_colours()
    {
        Assert.Null(CodeLanguage.OfFile("a.unknown"));
        Assert.Null(CodeLanguage.OfFile("LICENSE"));
        Assert.NotNull(CodeLanguage.OfFile("Dockerfile"));
        Assert.Same(CodeLanguage.OfFile("x.py"), CodeLanguage.OfWord("python"));
        Assert.Same(CodeLanguage.OfFile("x.py"), CodeLanguage.OfWord("py"));
    }

    /// <summary>Threat row 43: what is shown must not be able to keep the server busy.</summary>
    [Fact]
    public void Hostile_texts_cost_no_more_than_others()
    {
        // A hundred times as long as any line that is shown: whatever took the square of that would be noticed.
        string[] hostile = ["\"\\", "'\"", "`", "<", "<!--", "<a b='", "/*", " ", "a ", "#", "a:", "-", "\u202e"];
        var started = Stopwatch.GetTimestamp();
        foreach (var file in (string[])["a.py", "a.json", "a.yaml", "a.js", "a.html", "a.sql", "a.toml", "a.css", "a.md", "a.sh", "a.cs"])
        {
            foreach (var line in hostile.Select(piece => string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length))).Append(new string('-', 100_000) + string.Concat(Enumerable.Repeat("a:", 50_000))))
            {
                var pieces = Assert.Single(CodeHighlighter.Colour(CodeLanguage.OfFile(file)!, [line]));
                Assert.Equal(line, string.Concat(pieces.Select(piece => line.Substring(piece.Start, piece.Length))));
            }
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
    }

    private static string Write(CodeToken piece, string line) => $"{(piece.Class is { } name ? name[1..] + ":" : "")}{line.AsSpan(piece.Start, piece.Length)}";
}
