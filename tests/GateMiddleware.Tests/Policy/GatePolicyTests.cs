using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.Policy;

public sealed class GatePolicyTests
{
    private static readonly ModelCard Unreadable = new() { HasFrontMatter = true, Readable = false };

    [Theory]
    [InlineData(null, GateMode.Open, GateMode.Open)]
    [InlineData(null, GateMode.Auto, GateMode.Auto)]
    [InlineData(null, GateMode.Manual, GateMode.Manual)]
    [InlineData(GateMode.Open, GateMode.Open, GateMode.Open)]
    [InlineData(GateMode.Open, GateMode.Auto, GateMode.Auto)]
    [InlineData(GateMode.Open, GateMode.Manual, GateMode.Manual)]
    [InlineData(GateMode.Auto, GateMode.Open, GateMode.Auto)]
    [InlineData(GateMode.Auto, GateMode.Auto, GateMode.Auto)]
    [InlineData(GateMode.Auto, GateMode.Manual, GateMode.Manual)]
    [InlineData(GateMode.Manual, GateMode.Open, GateMode.Manual)]
    [InlineData(GateMode.Manual, GateMode.Auto, GateMode.Manual)]
    [InlineData(GateMode.Manual, GateMode.Manual, GateMode.Manual)]
    public void Of_a_readable_card_and_the_setting_the_stricter_holds(GateMode? card, GateMode setting, GateMode expected)
    {
        // What an older card said does not matter while this one can be read.
        foreach (GateMode? last in new GateMode?[] { null, GateMode.Open, GateMode.Manual })
            Assert.Equal(expected, GatePolicy.Combine(new ModelCard { Gated = card }, setting, last, false).Mode);
    }

    [Theory]
    [InlineData(null, GateMode.Open, GateMode.Manual)]
    [InlineData(null, GateMode.Auto, GateMode.Auto)]
    [InlineData(null, GateMode.Manual, GateMode.Manual)]
    [InlineData(GateMode.Open, GateMode.Open, GateMode.Open)]
    [InlineData(GateMode.Open, GateMode.Auto, GateMode.Auto)]
    [InlineData(GateMode.Open, GateMode.Manual, GateMode.Manual)]
    [InlineData(GateMode.Auto, GateMode.Open, GateMode.Auto)]
    [InlineData(GateMode.Auto, GateMode.Manual, GateMode.Manual)]
    [InlineData(GateMode.Manual, GateMode.Open, GateMode.Manual)]
    [InlineData(GateMode.Manual, GateMode.Auto, GateMode.Manual)]
    public void An_unreadable_card_leaves_the_last_readable_one_or_the_setting_and_with_neither_manual(GateMode? last, GateMode setting, GateMode expected) =>
        Assert.Equal(expected, GatePolicy.Combine(Unreadable, setting, last, false).Mode);

    [Theory]
    [InlineData(null, GateMode.Open, GateMode.Manual)]
    [InlineData(null, GateMode.Auto, GateMode.Auto)]
    [InlineData(GateMode.Open, GateMode.Open, GateMode.Manual)]
    [InlineData(GateMode.Open, GateMode.Auto, GateMode.Auto)]
    [InlineData(GateMode.Open, GateMode.Manual, GateMode.Manual)]
    [InlineData(GateMode.Auto, GateMode.Open, GateMode.Auto)]
    [InlineData(GateMode.Manual, GateMode.Open, GateMode.Manual)]
    public void An_unreadable_card_that_names_a_gate_is_never_open(GateMode? last, GateMode setting, GateMode expected) =>
        Assert.Equal(expected, GatePolicy.Combine(Unreadable with { NamesGate = true }, setting, last, false).Mode);

    [Fact]
    public void The_form_of_a_card_that_cannot_be_read_is_not_complete()
    {
        var policy = GatePolicy.Combine(Unreadable, GateMode.Auto, GateMode.Auto, false);
        Assert.False(policy.FormComplete);
        Assert.Equal("Agree and send request to access repo", policy.Form.ButtonContent);
        Assert.True(GatePolicy.Combine(new ModelCard(), GateMode.Auto, null, false).FormComplete);
        Assert.True(GatePolicy.Combine(null, GateMode.Auto, null, false).FormComplete);
    }

    [Theory]
    [InlineData(GateMode.Open)]
    [InlineData(GateMode.Auto)]
    [InlineData(GateMode.Manual)]
    public void Without_a_readme_only_the_setting_counts(GateMode setting)
    {
        var policy = GatePolicy.Combine(null, setting, GateMode.Manual, membersGated: true);
        Assert.Equal((setting, setting, null, true), (policy.Mode, policy.SettingMode, policy.CardMode, policy.MembersGated));
    }

    [Fact]
    public void The_form_has_the_defaults_of_the_Hub()
    {
        var auto = GatePolicy.Combine(null, GateMode.Auto, null, false).Form;
        var manual = GatePolicy.Combine(null, GateMode.Manual, null, false, "dataset").Form;
        Assert.Equal("You need to agree to share your contact information to access this model", auto.Heading);
        Assert.Equal("You need to agree to share your contact information to access this dataset", manual.Heading);
        Assert.Equal("Agree and access repository", auto.ButtonContent);
        Assert.Equal("Agree and send request to access repo", manual.ButtonContent);
        Assert.Null(auto.Prompt);
        Assert.Empty(auto.Fields);
    }

    [Fact]
    public void The_terms_hash_tells_any_two_forms_apart()
    {
        GateForm[] forms =
        [
            new("ab", null, null, "x", []),
            new("a", "b", null, "x", []),
            new("a", null, "b", "x", []),
            new("a", "", "b", "x", []),
            new("a", null, null, "bx", []),
            new("a", null, null, "x", [Field("b")]),
            new("a", null, null, "x", [Field("b", GateFieldType.Checkbox)]),
            new("a", null, null, "x", [Field("b"), Field("c")]),
            new("a", null, null, "x", [Field("c"), Field("b")]),
            new("a", null, null, "x", [Select(("b", "c"))]),
            new("a", null, null, "x", [Select(("c", "b"))]),
            new("a", null, null, "x", [Select(("b", "c"), ("d", "e"))]),
            new("a\n1:b", null, null, "x", []),
        ];
        var hashes = forms.Select(form => form.TermsHash).ToArray();
        Assert.Equal(forms.Length, hashes.Distinct().Count());
        Assert.All(hashes, hash => Assert.Matches("^[0-9a-f]{64}$", hash));
        Assert.Equal(forms[5].TermsHash, new GateForm("a", null, null, "x", [Field("b")]).TermsHash);
        Assert.NotEqual(forms[0].TermsHash, (forms[0] with { Heading = "b" }).TermsHash);
    }

    [Fact]
    public void The_cards_texts_reach_the_form()
    {
        var card = ModelCardReader.Read(Encoding.UTF8.GetBytes("---\ngated: auto\nextra_gated_heading: H\nextra_gated_prompt: P\nextra_gated_button_content: B\nextra_gated_eu_disallowed: true\nextra_gated_fields: {Name: text}\n---\n"));
        var policy = GatePolicy.Combine(card, GateMode.Open, null, false);
        Assert.Equal(("H", "P", null, "B"), (policy.Form.Heading, policy.Form.Prompt, policy.Form.Description, policy.Form.ButtonContent));
        Assert.Equal("Name", Assert.Single(policy.Form.Fields).Label);
        Assert.True(policy.EuDisallowed);
        Assert.Equal(GateMode.Auto, policy.CardMode);
    }

    [Theory]
    [InlineData("---\ngated: auto\nextra_gated_eu_disallowed: true\n---\n", false, true)]
    [InlineData("---\ngated: auto\n---\n", true, false)]
    [InlineData("---\ngated: perhaps\nextra_gated_eu_disallowed: true\n---\n", false, true)]
    [InlineData("---\ngated: [\n---\n", true, true)]
    [InlineData("---\ngated: [\n---\n", false, false)]
    [InlineData(null, true, false)]
    public void A_card_that_cant_be_read_keeps_the_restriction_of_the_last_one_that_could(string? card, bool last, bool expected) =>
        Assert.Equal(expected, GatePolicy.Combine(card is null ? null : ModelCardReader.Read(Encoding.UTF8.GetBytes(card)), GateMode.Manual, GateMode.Auto, false, lastReadableEuDisallowed: last).EuDisallowed);

    private static GateField Field(string label, GateFieldType type = GateFieldType.Text) => new(label, type, []);

    private static GateField Select(params (string Label, string Value)[] options) =>
        new("s", GateFieldType.Select, options.Select(option => new GateFieldOption(option.Label, option.Value)).ToArray());
}
