using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.ModelCards;

/// <summary>
/// A checkbox with a long label, or with a tab in it, was left out of the form, and people downloaded without having agreed. What a card asks for is asked with its
/// meaning, or the card can't be read.
/// </summary>
public sealed class CardConsentTests
{
    private const string Clause = "I agree to use the files for research only, to keep them to myself, and to delete them when I am asked to. ";

    [Theory]
    [InlineData("  \"I agree\\tto all of it\": checkbox", "I agree to all of it", GateFieldType.Checkbox, false)]
    [InlineData("  \"I agree\\nto all of it\": checkbox", "I agree to all of it", GateFieldType.Checkbox, false)]
    [InlineData("  \"I agree\\r\\n\\r\\n to \\u2028all\\u00A0of it\": checkbox", "I agree to all of it", GateFieldType.Checkbox, false)]
    [InlineData("  \"  I agree  \": checkbox", "I agree", GateFieldType.Checkbox, false)]
    [InlineData("  ? |\n    I agree\n    to all of it\n  : checkbox", "I agree to all of it", GateFieldType.Checkbox, false)]
    [InlineData("  I agree: {type: checkbox}", "I agree", GateFieldType.Checkbox, false)]
    [InlineData("  I agree: Checkbox", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  I agree: check-box", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  I agree: chekbox", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  I agree: \"checkbox \"", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  I agree: chесkbоx", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  I agree: {type: \"checkbox\\u200b\"}", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  When: date-picker", "When", GateFieldType.DatePicker, true)]
    [InlineData("  Name: Text", "Name", GateFieldType.Text, true)]
    [InlineData("  I agree: {type: checkbox, required: true}", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  I agree: checkbox\n  \"I agree \": checkbox", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  - I agree: checkbox", "I agree", GateFieldType.Checkbox, true)]
    [InlineData("  5: checkbox", "5", GateFieldType.Checkbox, false)]
    public void A_field_is_asked_with_its_meaning(string fields, string label, GateFieldType type, bool reported)
    {
        var card = Read("gated: auto\nextra_gated_fields:\n" + fields);
        Assert.True(card.Readable, string.Join(" ", card.Problems));
        Assert.Equal((label, type), (Assert.Single(card.Fields).Label, card.Fields[0].Type));
        Assert.Equal(reported, card.Problems.Count == 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" text")]
    [InlineData(" 5")]
    [InlineData(" true")]
    [InlineData("\nI agree: checkbox")]
    [InlineData("\n  '': checkbox")]
    [InlineData("\n  ' ': checkbox")]
    [InlineData("\n  \"\\u200B\\u3164\": checkbox")]
    [InlineData("\n  \"I agree\\x07\": checkbox")]
    [InlineData("\n  I agree: checkbox\n  \"I agree \": text")]
    [InlineData("\n  \"I\\tagree\": {type: select, options: [yes]}\n  I agree: {type: select, options: [no]}")]
    [InlineData("\n  - I agree")]
    [InlineData("\n  - [I agree, checkbox]")]
    [InlineData("\n  - label: I agree\n    type: checkbox")]
    [InlineData("\n  - {}")]
    [InlineData("\n  -")]
    [InlineData("\n  I agree: {type: checkbox, label: I agree to everything below}")]
    [InlineData("\n  I agree: {type: checkbox, description: I will not share the files}")]
    [InlineData("\n  I agree: {type: checkbox, conditions: [one, two]}")]
    [InlineData("\n  I agree: {type: checkbox, options: [to this, to that]}")]
    [InlineData("\n  I agree: {tуpe: checkbox}")]
    [InlineData("\n  I agree: {Type: checkbox}")]
    [InlineData("\n  I agree: {type: select, optiоns: [yes]}")]
    [InlineData("\n  I agree: {type: select, Options: [yes]}")]
    [InlineData("\n  I agree: {type: select, options: yes}")]
    [InlineData("\n  I agree: {type: select, options: {a: yes}}")]
    [InlineData("\n  I agree: {type: select, options: ['']}")]
    [InlineData("\n  I agree: {type: select, options: [\"\\u200b\"]}")]
    [InlineData("\n  I agree: {type: select, options: [[a]]}")]
    [InlineData("\n  I agree: {type: select, options: [{value: x}]}")]
    [InlineData("\n  I agree: {type: select, options: [{label: a, value: [b]}]}")]
    [InlineData("\n  I agree: {type: select, options: [{label: a, vаlue: b}]}")]
    [InlineData("\n  I agree: {type: select, options: [{label: a, value: x}, {label: b, value: x}]}")]
    public void What_cannot_be_asked_as_it_is_meant_closes_the_gate(string fields)
    {
        var card = Read("gated: auto\nextra_gated_fields:" + fields);
        Assert.False(card.Readable);
        var problem = Assert.Single(card.Problems, problem => problem.ClosesGate);
        Assert.InRange(problem.Line, 3, 6);
        Assert.Equal(GateMode.Manual, GatePolicy.Combine(card, GateMode.Open, GateMode.Open, false).Mode);
        Assert.False(GatePolicy.Combine(card, GateMode.Open, GateMode.Auto, false).FormComplete);
    }

    [Theory]
    [InlineData("extra_gated_prompt: 5", "5")]
    [InlineData("extra_gated_prompt: true", "true")]
    [InlineData("extra_gated_prompt: 2024-01-31", "2024-01-31")]
    public void A_prompt_that_is_no_text_is_shown_as_it_is_written(string yaml, string shown)
    {
        var card = Read("gated: auto\n" + yaml);
        Assert.True(card.Readable);
        Assert.Equal(shown, card.Prompt);
    }

    [Theory]
    [InlineData("extra_gated_prompt: [You agree, to this]")]
    [InlineData("extra_gated_prompt:\n  - You agree")]
    [InlineData("extra_gated_prompt: {text: You agree}")]
    [InlineData("extra_gated_description: [a]")]
    [InlineData("extra_gated_heading: [a]")]
    [InlineData("extra_gated_button_content: {a: b}")]
    public void A_prompt_that_is_a_list_or_a_map_closes_the_gate(string yaml)
    {
        var card = Read("gated: auto\n" + yaml);
        Assert.False(card.Readable);
        Assert.True(Assert.Single(card.Problems).ClosesGate);
    }

    [Theory]
    [InlineData(501)]
    [InlineData(2000)]
    [InlineData(5000)]
    [InlineData(10_000)]
    public void A_long_label_is_asked_whole(int length)
    {
        var label = Long(length);
        // YAML allows 1,024 characters for a plain key; longer ones are written with a question mark.
        var card = Read($"gated: auto\nextra_gated_fields:\n  ? \"{label}\"\n  : checkbox\n  ? {label[..^1]}x\n  :\n    type: select\n    options:\n      - {label}");
        Assert.Empty(card.Problems);
        Assert.Equal([label, label[..^1] + "x"], card.Fields.Select(field => field.Label));
        Assert.Equal(label, Assert.Single(card.Fields[1].Options).Label);
        var form = GatePolicy.Combine(card, GateMode.Open, null, false).Form;
        Assert.False(GateAnswers.Check(form, new Dictionary<string, string>()).Complete);
        Assert.True(GateAnswers.Check(form, new Dictionary<string, string> { [label] = "on", [label[..^1] + "x"] = label }).Complete);
        Assert.NotEqual(form.TermsHash, (form with { Fields = [form.Fields[0] with { Label = label + "." }, form.Fields[1]] }).TermsHash);
    }

    [Theory]
    [InlineData(900)]
    [InlineData(1100)]
    [InlineData(5000)]
    public void A_long_label_before_a_colon_is_asked_whole_or_closes_the_gate(int length)
    {
        var card = Read($"gated: auto\nextra_gated_fields:\n  {Long(length)}: checkbox\n");
        if (card.Readable) Assert.Equal(Long(length), Assert.Single(card.Fields).Label);
        else Assert.Equal(GateMode.Manual, GatePolicy.Combine(card, GateMode.Open, GateMode.Open, false).Mode);
    }

    [Fact]
    public void A_label_beyond_every_bound_and_a_form_beyond_it_close_the_gate()
    {
        var card = Read($"gated: auto\nextra_gated_fields:\n  ? {Long(10_001)}\n  : checkbox");
        Assert.Equal("the label of a field is longer than 10000 characters.", Assert.Single(card.Problems).Message);
        Assert.False(card.Readable);

        card = Read("gated: auto\nextra_gated_fields:\n" + string.Concat(Enumerable.Range(10, 11).Select(n => $"  ? {n}{Long(9_998)}\n  : checkbox\n")));
        Assert.Equal("the labels and options of 'extra_gated_fields' are longer than 100000 characters together.", Assert.Single(card.Problems).Message);
        Assert.False(card.Readable);
    }

    private static string Long(int length) => string.Concat(Enumerable.Repeat(Clause, (length / Clause.Length) + 1))[..(length - 1)].TrimEnd().PadRight(length, '.');

    private static ModelCard Read(string yaml) => ModelCardReader.Read(Encoding.UTF8.GetBytes($"---\n{yaml}\n---\n"));
}
