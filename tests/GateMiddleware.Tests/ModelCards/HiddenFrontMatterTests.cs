using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.ModelCards;

/// <summary>
/// A second byte order mark before the first line made a gated card read as "no card", so its files were open and nobody was told. What a person takes for front
/// matter is read, or refused with its place.
/// </summary>
public sealed class HiddenFrontMatterTests
{
    private static readonly int[] Invisible =
    [
        0x00, 0x01, 0x07, 0x08, 0x0E, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F, 0x7F, 0x80, 0x85, 0x9F, 0xA0, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x1680, 0x17B4, 0x180B, 0x180E, 0x180F, 0x2000, 0x2001,
        0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x202F, 0x205F, 0x2060,
        0x2064, 0x2065, 0x2066, 0x206F, 0x2800, 0x3000, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0, 0xFFF9, 0x1BCA0, 0x1D173, 0xE0001, 0xE0020, 0xE007F, 0xE0100, 0xE01EF,
    ];

    private static readonly int[] Dashes =
    [
        0x58A, 0x5BE, 0x1400, 0x1806, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x2212, 0x2500, 0x2501, 0x2796, 0x2E3A, 0x2E3B, 0x30FC, 0x4E00, 0xFE58, 0xFE63, 0xFF0D, 0xFF70, 0x02D7,
    ];

    [Fact]
    public void An_invisible_character_at_the_opening_line_never_hides_the_gate()
    {
        foreach (var code in Invisible)
        {
            var hidden = char.ConvertFromUtf32(code);
            string[] openings = [$"{hidden}---\n", $"---{hidden}\n", $"-{hidden}--\n", $"--{hidden}-\n", $"{hidden}\n---\n", $"\n \n{hidden}---\n", $"\uFEFF{hidden}---\n", $"--- {hidden} \r\n", $"{hidden} \r\n\r\n---\r\n"];
            foreach (var opening in openings) AssertGated(opening + "gated: manual\n---\n# Model\n");
        }
    }

    [Fact]
    public void An_invisible_character_at_the_closing_line_never_hides_the_gate()
    {
        foreach (var code in Invisible)
        {
            var hidden = char.ConvertFromUtf32(code);
            foreach (var closing in (string[])[$"{hidden}---", $"---{hidden}", $"-{hidden}--", $"--{hidden}-"])
            {
                AssertGated($"---\ngated: manual\n{closing}\n# Model\n");
                AssertGated($"---\ngated: manual\n{closing}\n# Model\n\n---\nthe end\n");
                AssertGated($"---\nlicense: mit\n{closing}\ngated: manual\n---\n# Model\n");
            }
        }
    }

    [Fact]
    public void A_character_that_looks_like_a_hyphen_never_hides_the_gate()
    {
        foreach (var code in Dashes)
        {
            var dash = char.ConvertFromUtf32(code);
            foreach (var line in (string[])[$"{dash}{dash}{dash}", $"{dash}--", $"-{dash}-", $"--{dash}", $"{dash}-", $"{dash}", $"---{dash}", $"{dash}{dash}"])
            {
                AssertGated($"{line}\ngated: manual\n---\n# Model\n");
                AssertGated($"{line}\ngated: manual\n{line}\n# Model\n");
                AssertGated($"\u200B{line}\ngated: manual\n{line}\n# Model\n");
                AssertGated($"---\nlicense: mit\n{line}\ngated: manual\n---\n# Model\n");
                AssertGated($"---\ngated: manual\n{line}\n# Model\n");
            }
        }
    }

    [Theory]
    [InlineData("\uFEFF\uFEFF---\ngated: manual\n---\n", 1, 1, "the line that begins the front matter must be --- and nothing else, but here is the character U+FEFF.")]
    [InlineData("\n  \u200B---\ngated: manual\n---\n", 2, 3, "the line that begins the front matter must be --- and nothing else, but here is the character U+200B.")]
    [InlineData("---\u00A0\r\ngated: manual\r\n---\r\n", 1, 4, "the line that begins the front matter must be --- and nothing else, but here is the character U+00A0.")]
    [InlineData("-\u2013-\ngated: manual\n---\n", 1, 2, "the line that begins the front matter must be --- and nothing else, but here is the character U+2013.")]
    [InlineData("---\u2028gated: manual\u2028---\n# Model\n", 1, 4, "the line that begins the front matter must be --- and nothing else, but here is the character U+2028.")]
    [InlineData("\u2014\ngated: manual\n\u2014\n", 1, 1, "the front matter holds a key of the gate, but the line that begins it is not ---: here is the character U+2014.")]
    [InlineData("---\nlicense: mit\r\n---\u200B\ngated: manual\n---\n", 3, 4, "the line that ends the front matter must be --- and nothing else, but here is the character U+200B.")]
    [InlineData("---\nlicense: mit\n\u2014\u2014\u2014\n# Model\n", 3, 1, "the line that ends the front matter must be --- and nothing else, but here is the character U+2014.")]
    [InlineData("---\nextra_gated_prompt: |\n  You agree to this.\u2028gated: manual\n---\n", 3, 21, "some programs begin a new line at the character U+2028 and others don't, and a key of the gate or a row of dashes follows; put a line break or a blank in its place.")]
    [InlineData("---\nlicense: mit # a comment\u0085more of it\n---\n", 2, 25, "some programs begin a new line at the character U+0085 and others don't, so it may stand in a text but not in a comment; put a line break or a blank in its place.")]
    [InlineData("---\nlicense: mit\u2029---\n# Model\n---\n", 2, 13, "some programs begin a new line at the character U+2029 and others don't, and a key of the gate or a row of dashes follows; put a line break or a blank in its place.")]
    [InlineData("<!-- SPDX-License-Identifier: MIT -->\n---\ngated: manual\n---\n# Model\n", 2, 1, "front matter with a key of the gate must stand at the very beginning of README.md, before any comment.")]
    [InlineData("\n<!-- one -->\n<!-- two\n -->\n\n---\ngаted: manual\n---\n", 6, 1, "front matter with a key of the gate must stand at the very beginning of README.md, before any comment.")]
    [InlineData("---\n---\ngated: manual\n---\n# Model\n", 3, 1, "the front matter is empty, and keys of the gate stand behind it: take out one of the two --- lines above this one.")]
    [InlineData("---\nlicense: mit\n---\n\n---\ngated: manual\n---\n# Model\n", 5, 1, "a second front matter begins here, and it holds a key of the gate: move its keys into the first.")]
    [InlineData("---\ngated: false\n---\n---\nextra-gated-prompt: You agree\n---\n# Model\n", 4, 1, "a second front matter begins here, and it holds a key of the gate: move its keys into the first.")]
    public void The_place_and_the_character_are_named(string readme, int line, int column, string message)
    {
        var card = ModelCardReader.Read(Encoding.UTF8.GetBytes(readme));
        Assert.Equal(new CardProblem(line, column, message, true), Assert.Single(card.Problems));
        Assert.False(card.Readable);
        Assert.True(card.HasFrontMatter);
        Assert.Equal(GateMode.Manual, GatePolicy.Combine(card, GateMode.Open, GateMode.Open, false).Mode);
    }

    [Fact]
    public void A_blank_of_another_encoding_before_the_first_line_closes_the_gate()
    {
        foreach (var single in (byte[])[0xA0, 0xAD, 0x85, 0xFF, 0x80])
        {
            AssertGated((byte[])[single, .. "---\ngated: manual\n---\n"u8]);
            AssertGated((byte[])[.. "---"u8, single, .. "\ngated: manual\n---\n"u8]);
        }
    }

    [Theory]
    [InlineData("# Model\n")]
    [InlineData("\u200B# Model\n")]
    [InlineData("\uFEFF\uFEFF# Model\n\n---\ngated: manual\n---\n")]
    [InlineData("- - -\n# Model\n")]
    [InlineData("- item\n- item\n")]
    [InlineData("— a quotation\n")]
    [InlineData("—\nA title\n—\n")]
    [InlineData("———————————————\nModel\n———————————————\n")]
    [InlineData("----\n# Model\n")]
    [InlineData("<!-- a comment -->\n---\n# Model\n\nSome text: here.\n---\n")]
    [InlineData("<!-- a comment -->\n# Model\n\n---\n\ngated: manual\n\n---\n")]
    [InlineData("<!--\n---\ngated: manual\n---\n-->\n# Model\n")]
    [InlineData("<!-- a comment -->\n---\nWrite this:\n\n```yaml\ngated: manual\n```\n\n---\n")]
    [InlineData("<!-- never ends\n---\ngated: manual\n---\n")]
    [InlineData("")]
    [InlineData("\u200B\u200B\n")]
    public void A_readme_without_front_matter_stays_one(string readme)
    {
        var card = ModelCardReader.Read(Encoding.UTF8.GetBytes(readme));
        Assert.True(card.Readable, string.Join(" ", card.Problems));
        Assert.False(card.HasFrontMatter);
    }

    [Theory]
    [InlineData("---\nlicense: mit\n---\n---\n# Model\n---\n")]
    [InlineData("---\nlicense: mit\n---\n\n---\nWhat gated: means\n---\n")]
    [InlineData("---\n---\n# Model\n")]
    [InlineData("---\nextra_gated_prompt: |\n  You agree:\n  ———\n  to this.\n  \u00A0\n---\n")]
    [InlineData("---\ntext: \"a\\u2028b\"\n---\n")]
    [InlineData("---\n- \n---\n")]
    [InlineData("---\ntags:\n- \u2014\n- x\n---\n")]
    public void Dashes_elsewhere_are_left_alone(string readme)
    {
        var card = ModelCardReader.Read(Encoding.UTF8.GetBytes(readme));
        Assert.DoesNotContain(card.Problems, problem => problem.Message.Contains("---", StringComparison.Ordinal) || problem.Message.Contains("begin", StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_row_of_nothing_before_the_first_line_is_not_searched_for_ever()
    {
        AssertGated(string.Concat(Enumerable.Repeat("\u200B\n", 200_000)) + "---\ngated: manual\n---\n");
        AssertGated("\u200B" + new string(' ', 400_000) + "---\ngated: manual\n---\n");
    }

    [Theory]
    [InlineData("---\ngated: [manual\n---\n", GateMode.Manual)]
    [InlineData("---\ngated: manual\n", GateMode.Manual)]
    [InlineData("---\nga\u200Bted: manual\nb: [\n---\n", GateMode.Manual)]
    [InlineData("---\nextra_gated_prompt: You agree\n to: this\n---\n", GateMode.Manual)]
    [InlineData("---\nlicense: [mit\n---\n", GateMode.Open)]
    [InlineData("---\ngated: false\nlicense: [mit\n---\n", GateMode.Open)]
    public void A_card_that_cannot_be_parsed_but_names_a_gate_is_not_open_because_an_older_one_was(string readme, GateMode expected)
    {
        var card = ModelCardReader.Read(Encoding.UTF8.GetBytes(readme));
        Assert.False(card.Readable);
        Assert.Equal(expected, GatePolicy.Combine(card, GateMode.Open, GateMode.Open, false).Mode);
        Assert.Equal(GateMode.Manual, GatePolicy.Combine(card, GateMode.Open, null, false).Mode);
        Assert.Equal(GateMode.Auto, GatePolicy.Combine(card, GateMode.Open, GateMode.Auto, false).Mode);
    }

    private static void AssertGated(string readme) => AssertGated(Encoding.UTF8.GetBytes(readme));

    private static void AssertGated(byte[] readme)
    {
        var card = ModelCardReader.Read(readme);
        var shown = string.Concat(Encoding.UTF8.GetString(readme.AsSpan(0, Math.Min(readme.Length, 80))).EnumerateRunes().Select(rune => rune.Value is >= 0x20 and < 0x7F ? rune.ToString() : $"<{rune.Value:X4}>"));
        Assert.True(GatePolicy.Combine(card, GateMode.Open, null, false).Mode == GateMode.Manual, shown);
        if (card.Readable) return;
        Assert.True(card.Problems[0] is { Line: >= 1, Column: >= 1, ClosesGate: true }, shown);
    }
}
