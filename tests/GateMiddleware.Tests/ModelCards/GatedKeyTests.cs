using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.ModelCards;

/// <summary>Every spelling of <c>gated</c> that parsers are known to disagree about, with the one answer it has here.</summary>
public sealed class GatedKeyTests
{
    [Theory]
    [InlineData("gated: auto", GateMode.Auto)]
    [InlineData("gated: manual", GateMode.Manual)]
    [InlineData("gated: \"auto\"", GateMode.Auto)]
    [InlineData("gated: 'manual'", GateMode.Manual)]
    [InlineData("gated: true", GateMode.Auto)]
    [InlineData("gated: True", GateMode.Auto)]
    [InlineData("gated: TRUE", GateMode.Auto)]
    [InlineData("gated: \"true\"", GateMode.Auto)]
    [InlineData("gated: false", GateMode.Open)]
    [InlineData("gated: False", GateMode.Open)]
    [InlineData("gated: FALSE", GateMode.Open)]
    [InlineData("gated: 'false'", GateMode.Open)]
    [InlineData("gated:   manual   # until the paper is out", GateMode.Manual)]
    [InlineData("\"gated\": manual", GateMode.Manual)]
    [InlineData("gated : manual", GateMode.Manual)]
    [InlineData("? gated\n: manual", GateMode.Manual)]
    [InlineData("gated:\n  manual", GateMode.Manual)]
    [InlineData("gated: !!str manual", GateMode.Manual)]
    [InlineData("gated: !!bool true", GateMode.Auto)]
    [InlineData("gated: &anchor manual", GateMode.Manual)]
    [InlineData("{license: mit, gated: manual}", GateMode.Manual)]
    [InlineData("\tgated: manual", GateMode.Manual)]
    public void A_known_value_is_read(string yaml, GateMode expected)
    {
        var card = Read(yaml);
        Assert.Empty(card.Problems);
        Assert.True(card.Readable);
        Assert.Equal(expected, card.Gated);
    }

    [Theory]
    [InlineData("gated: AUTO")]
    [InlineData("gated: Auto")]
    [InlineData("gated: MANUAL")]
    [InlineData("gated: \"True\"")]
    [InlineData("gated: \"auto \"")]
    [InlineData("gated: yes")]
    [InlineData("gated: on")]
    [InlineData("gated: y")]
    [InlineData("gated: no")]
    [InlineData("gated: off")]
    [InlineData("gated: null")]
    [InlineData("gated: ~")]
    [InlineData("gated:")]
    [InlineData("gated: \"\"")]
    [InlineData("gated: 1")]
    [InlineData("gated: 0")]
    [InlineData("gated: 0.0")]
    [InlineData("gated: [auto]")]
    [InlineData("gated: []")]
    [InlineData("gated:\n  - manual")]
    [InlineData("gated: {mode: auto}")]
    [InlineData("gated: |\n  auto")]
    [InlineData("gated: automatic")]
    [InlineData("gated: аuto")]
    [InlineData("gated: auto manual")]
    [InlineData("gated: !!bool auto")]
    [InlineData("gated: !!int auto")]
    [InlineData("gated: !python/object auto")]
    [InlineData("gated: *mode")]
    [InlineData("mode: &mode auto\ngated: *mode")]
    [InlineData("<<: {gated: auto}")]
    [InlineData("gated: false\ngated: manual")]
    [InlineData("gated: manual\ngated: manual")]
    [InlineData("gated: manual\n\"gated\": false")]
    [InlineData("Gated: manual")]
    [InlineData("GATED: manual")]
    [InlineData("\"gated \": manual")]
    [InlineData("gated:manual")]
    [InlineData("gated: manual\n  other: x")]
    [InlineData("gated: 'manual")]
    [InlineData("- gated: manual")]
    [InlineData("gated: manual\nname: \"a\\0b\"")]
    [InlineData("gated: manual\nname: \"\\ud83d\"")]
    [InlineData("gated: manual\n\"\\udc00\\ud83d\": x")]
    [InlineData("manual")]
    [InlineData("license: mit\n...\ngated: manual")]
    [InlineData("license: mit\n--- {gated: manual}")]
    [InlineData("%YAML 99999999999999999999.1\ngated: false")]
    public void Whatever_else_stands_there_closes_the_gate_and_says_where(string yaml)
    {
        var card = Read(yaml);
        Assert.False(card.Readable);
        Assert.Null(card.Gated);
        var problem = Assert.Single(card.Problems, problem => problem.ClosesGate);
        Assert.InRange(problem.Line, 2, 5);
        Assert.True(problem.Column >= 1);
        Assert.Equal(GateMode.Manual, GatePolicy.Combine(card, GateMode.Open, null, false).Mode);
    }

    [Theory]
    [InlineData("license: mit")]
    [InlineData("")]
    [InlineData("# gated: manual")]
    [InlineData("ungated: manual")]
    [InlineData("extra: {gated: manual}")]
    [InlineData("text: |\n  gated: manual")]
    public void A_card_without_the_key_says_nothing(string yaml)
    {
        var card = Read(yaml);
        Assert.True(card.HasFrontMatter);
        Assert.True(card.Readable);
        Assert.Null(card.Gated);
        Assert.Empty(card.Problems);
    }

    [Fact]
    public void A_wrong_value_is_named_with_line_and_column()
    {
        var card = Read("license: mit\ngated: yes");
        Assert.Equal(new CardProblem(3, 8, "'gated' must be auto, manual, true or false, not 'yes'.", true), Assert.Single(card.Problems));
    }

    [Fact]
    public void Terminal_codes_in_a_card_do_not_reach_the_message()
    {
        var card = Read("gated: \"\\e[2Jhello\\u202e\\n\"");
        Assert.Equal("'gated' must be auto, manual, true or false, not '[U+001B][2Jhello[U+202E][U+000A]'.", Assert.Single(card.Problems).Message);
    }

    private static ModelCard Read(string yaml) => ModelCardReader.Read(Encoding.UTF8.GetBytes($"---\n{yaml}\n---\n# Model\n"));
}
