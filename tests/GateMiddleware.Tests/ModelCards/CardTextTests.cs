using System.Text;
using System.Text.Json.Nodes;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.ModelCards;

/// <summary>What YAML allows and cards hold: separators of lines and paragraphs in texts, and the anchors that programs write.</summary>
public sealed class CardTextTests
{
    private static readonly string[] Separators = ["\u0085", "\u2028", "\u2029"];

    [Fact]
    public void Separators_in_a_text_are_read_as_they_are()
    {
        foreach (var separator in Separators)
        {
            foreach (var text in (string[])["a{0}b", "\"a{0}b\"", "'a{0}b'", "|-\n  a{0}b", ">-\n  a{0}b", "[\"a{0}b\"]", "a {0} b\uE000\uE001"])
            {
                var card = Read($"description: {text.Replace("{0}", separator, StringComparison.Ordinal)}\ngated: manual\nlicense: mit\n");
                Assert.True(card.Readable, string.Join(" ", card.Problems));
                Assert.Equal((GateMode.Manual, text.Contains('\n', StringComparison.Ordinal) ? 4 : 3), (card.Gated, card.GatedLine));
                Assert.Contains($"{separator}", card.Metadata!["description"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Replace($"\\u{(int)separator[0]:x4}", separator, StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal);
                Assert.Equal("mit", (string?)card.Metadata["license"]);
            }
        }

        var asked = Read("gated: auto\nextra_gated_prompt: |\n  You agree\u2028to this.\nextra_gated_fields:\n  \"I agree\u2029to all\": checkbox\n");
        Assert.Equal("You agree\u2028to this.\n", asked.Prompt);
        Assert.Equal("I agree to all", Assert.Single(asked.Fields).Label);
        Assert.True(Read("t: " + string.Concat(Enumerable.Range(0xE000, 6397).Select(code => (char)code)) + "\u2028x\n").Readable);
        Assert.False(Read("t: " + string.Concat(Enumerable.Range(0xE000, 6400).Select(code => (char)code)) + "\u2028x\n").Readable);
    }

    /// <summary>One kind of reader begins a new line there, the other doesn't: whenever one of the two sees a gate, there is one.</summary>
    [Fact]
    public void No_separator_hides_a_gate_or_a_part_of_it()
    {
        foreach (var separator in Separators)
        {
            foreach (var front in (string[])[
                "license: mit{0}gated: manual", "license: mit {0} gated: manual", "license: \"mit{0}gated: manual\"", "# note{0}gated: manual", "license: mit # note{0}gated: manual", "gated: false{0}gated: manual",
                "gated{0}: manual", "{0}gated: manual", "gated: {0}manual", "gated: manual{0}", "gated: \"manual{0}\"", "gated: false # {0} not so", "license: mit{0}Gated: manual", "license: mit{0}extra-gated-prompt: You agree",
                "license: mit{0}\"gated\": manual", "license: mit{0}? gated", "x: |\n  text{0}gated: manual", "{{license: mit,{0}gated: manual}}", "license: mit{0}---{0}gated: manual", "license: mit{0}{0}gated: manual",
                "gated: auto\nextra_gated_fields: # fields{0}  Name: text", "gated: auto\nextra_gated_fields:\n  Name: text # and{0}  I agree: checkbox", "license: mit\r{0}gated: manual",
            ])
            {
                var card = Read(front.Replace("{0}", separator, StringComparison.Ordinal).Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal) + "\n");
                Assert.False(card.Readable && front.Contains("? gated", StringComparison.Ordinal) == false, $"U+{(int)separator[0]:X4}: {front}");
                if (!card.Readable)
                    Assert.NotEqual(GateMode.Open, GatePolicy.Combine(card, GateMode.Open, null, false).Mode);
            }
        }
    }

    [Fact]
    public void Aliases_away_from_the_gate_stand_for_what_they_name()
    {
        var card = Read("""
            gated: manual
            model-index:
            - name: one
              results:
              - task: &id001
                  type: text-generation
                dataset: &d {name: wiki, type: wiki}
              - task: *id001
                dataset: *d
            tags: &t [a, b]
            more: {tags: *t, of: [*t, *id001]}
            again: &id001 new
            last: *id001

            """);
        Assert.True(card.Readable, string.Join(" ", card.Problems));
        Assert.Empty(card.Problems);
        var results = card.Metadata!["model-index"]![0]!["results"]!;
        Assert.True(JsonNode.DeepEquals(results[0], results[1]));
        Assert.Equal("""{"tags":["a","b"],"of":[["a","b"],{"type":"text-generation"}]}""", card.Metadata["more"]!.ToJsonString());
        Assert.Equal("new", (string?)card.Metadata["last"]);
    }

    [Theory]
    [InlineData("a: &x manual\ngated: *x\n", "aliases (*name) are not read in the keys of the gate.")]
    [InlineData("a: &x [1]\nextra_gated_fields: {Name: {type: select, options: *x}}\n", "aliases (*name) are not read in the keys of the gate.")]
    [InlineData("a: &x text\ngatd: *x\n", "aliases (*name) are not read in the keys of the gate.")]
    [InlineData("a: &x gated\n*x : manual\n", "a key must be plain text.")]
    [InlineData("a: &x {gated: manual}\n<<: *x\n", "merge keys (<<) are not read in a card.")]
    [InlineData("a: {<<: &x {b: 1}}\n", "merge keys (<<) are not read in a card.")]
    [InlineData("a: *x\nb: &x 1\n", "nothing before this is named &'x'.")]
    [InlineData("a: &x [*x]\n", "nothing before this is named &'x'.")]
    [InlineData("a: &x {b: {c: *x}}\n", "nothing before this is named &'x'.")]
    public void Aliases_at_the_gate_and_those_of_nothing_close_it(string front, string message)
    {
        var card = Read(front);
        Assert.Equal(message, Assert.Single(card.Problems).Message);
        Assert.False(card.Readable);
    }

    [Fact]
    public void Aliases_count_as_deep_as_what_they_stand_for()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 20)) + "1" + string.Concat(Enumerable.Repeat("]", 20));
        Assert.True(Read($"a: &x {deep}\nb: [[[*x]]]\n").Readable);
        Assert.False(Read($"a: &x {deep}\nb: [[[[[[[[[[[*x]]]]]]]]]]]\n").Readable);
        Assert.False(Read($"a: &x {deep}\nb: &y [[[[[[*x]]]]]]\nc: [[[[[*y]]]]]\n").Readable);
    }

    /// <summary>The key stood in a card, and the whole could not be read for its size.</summary>
    [Fact]
    public void Two_megabytes_of_results_are_read_whole()
    {
        var results = string.Concat(Enumerable.Range(0, 13_000).Select(i =>
            $"  - task:\n      type: text-generation\n    dataset:\n      name: dataset number {i}\n      type: d{i}\n    metrics:\n    - type: acc\n      value: {i % 100}.5\n"));
        var front = $"license: mit\nmodel-index:\n- name: tiny\n  results:\n{results}gated: auto\n";
        Assert.InRange(front.Length, 1_700_000, 2_000_000);
        var card = Read(front);
        Assert.Equal((true, true, GateMode.Auto), (card.Readable, card.MetadataComplete, card.Gated));
        Assert.Equal(13_000, card.Metadata!["model-index"]![0]!["results"]!.AsArray().Count);
        Assert.False(Read(front + new string('#', 2_000_000) + "\n").Readable);
    }

    [Fact]
    public void The_keys_of_the_gate_have_a_limit_of_their_own()
    {
        var card = Read("gated: manual\nextra_gated_fields:\n  Place: {type: select, options: [" + string.Concat(Enumerable.Repeat("a, ", 30_000)) + "b]}\n");
        Assert.False(card.Readable);
        Assert.Contains("the keys of the gate hold more than 20000 values", Assert.Single(card.Problems).Message, StringComparison.Ordinal);
    }

    private static ModelCard Read(string front) => ModelCardReader.Read(Encoding.UTF8.GetBytes($"---\n{front}---\n# Model\n"));
}
