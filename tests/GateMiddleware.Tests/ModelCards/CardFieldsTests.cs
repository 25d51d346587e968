using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.ModelCards;

public sealed class CardFieldsTests
{
    [Fact]
    public void The_card_of_the_documentation_is_read_whole_and_in_order()
    {
        var card = Read("""
            license: mit
            gated: manual
            extra_gated_heading: "Acknowledge license"
            extra_gated_description: Our team may take 2-3 days.
            extra_gated_button_content: "Acknowledge license"
            extra_gated_prompt: |
              You agree *not* to.
              Second line.
            extra_gated_eu_disallowed: true
            extra_gated_fields:
              Company: text
              Country: country
              Specific date: date_picker
              I want to use this model for:
                type: select
                options:
                  - Research
                  - Education
                  - label: Other
                    value: other
              I agree to use this model for non-commercial use ONLY: checkbox
              Where: ip_location
              Long: {type: checkbox}
            """);

        Assert.Empty(card.Problems);
        Assert.Equal("Acknowledge license", card.Heading);
        Assert.Equal("You agree *not* to.\nSecond line.\n", card.Prompt);
        Assert.Equal("Our team may take 2-3 days.", card.Description);
        Assert.Equal("Acknowledge license", card.ButtonContent);
        Assert.True(card.EuDisallowed);
        Assert.Equal(
            [
                ("Company", GateFieldType.Text),
                ("Country", GateFieldType.Country),
                ("Specific date", GateFieldType.DatePicker),
                ("I want to use this model for", GateFieldType.Select),
                ("I agree to use this model for non-commercial use ONLY", GateFieldType.Checkbox),
                ("Where", GateFieldType.IpLocation),
                ("Long", GateFieldType.Checkbox),
            ],
            card.Fields.Select(field => (field.Label, field.Type)));
        Assert.Equal([new("Research", "Research"), new("Education", "Education"), new("Other", "other")], card.Fields[3].Options);
    }

    [Theory]
    [InlineData("Age: number")]
    [InlineData("Age:")]
    [InlineData("Age: 7")]
    [InlineData("Age: [text]")]
    [InlineData("Age: {kind: text}")]
    [InlineData("Age: {type: [text]}")]
    [InlineData("Age: select")]
    [InlineData("Age: {type: select}")]
    [InlineData("Age: {type: select, options: []}")]
    public void A_field_that_cannot_be_read_is_reported_and_asked_as_text(string field)
    {
        var card = Read($"gated: manual\nextra_gated_fields:\n  {field}\n  Name: text");
        Assert.True(card.Readable);
        Assert.Equal(GateMode.Manual, card.Gated);
        Assert.Equal([("Age", GateFieldType.Text), ("Name", GateFieldType.Text)], card.Fields.Select(asked => (asked.Label, asked.Type)));
        var problem = Assert.Single(card.Problems);
        Assert.False(problem.ClosesGate);
        Assert.Equal(4, problem.Line);
    }

    [Theory]
    [InlineData("extra_gated_button_content: ~")]
    [InlineData("extra_gated_prompt:")]
    [InlineData("extra_gated_eu_disallowed: maybe")]
    public void Another_key_that_cannot_be_read_is_reported_and_opens_nothing(string yaml)
    {
        var card = Read("gated: manual\n" + yaml);
        Assert.Equal(GateMode.Manual, card.Gated);
        Assert.False(Assert.Single(card.Problems).ClosesGate);
        Assert.Null(card.Heading);
        Assert.Empty(card.Fields);
        Assert.Equal(yaml.Contains("eu_", StringComparison.Ordinal), card.EuDisallowed);
    }

    [Fact]
    public void Fields_written_as_a_list_are_reported_and_still_asked()
    {
        var card = Read("gated: auto\nextra_gated_fields:\n  - Name: text\n  - I agree: checkbox");
        Assert.Equal(["Name", "I agree"], card.Fields.Select(field => field.Label));
        Assert.False(Assert.Single(card.Problems).ClosesGate);
    }

    [Fact]
    public void The_front_matter_is_kept_as_JSON_by_the_core_schema()
    {
        var card = Read("""
            license: mit
            tags: [a, 'b', 3]
            yes_word: yes
            truth: True
            nothing: ~
            empty:
            date: 2024-01-31
            time: 12:30:45
            version: 1.10
            quoted: "1.10"
            int: 010
            hex: 0x1F
            oct: 0o17
            huge: 99999999999999999999999
            big: 1e400
            inf: .inf
            nan: .NaN
            tagged: !!str 5
            5: five
            umlaut: ä 😀
            model-index:
              - name: x
                results: []
            """);
        Assert.Equal(
            """{"license":"mit","tags":["a","b",3],"yes_word":"yes","truth":true,"nothing":null,"empty":null,"date":"2024-01-31","time":"12:30:45","version":1.1,"quoted":"1.10","int":10,"hex":31,"oct":15,"huge":"99999999999999999999999","big":"1e400","inf":".inf","nan":".NaN","tagged":"5","5":"five","umlaut":"ä 😀","model-index":[{"name":"x","results":[]}]}""",
            card.Metadata!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal));
    }

    private static ModelCard Read(string yaml) => ModelCardReader.Read(Encoding.UTF8.GetBytes($"---\n{yaml}\n---\n"));
}
