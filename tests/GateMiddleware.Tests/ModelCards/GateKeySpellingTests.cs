using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.ModelCards;

/// <summary>
/// A stranger downloaded without a gate, or with an empty form, because a key held a character that nobody sees or that looks like another. Every key that a
/// person takes for one of the gate closes it.
/// </summary>
public sealed class GateKeySpellingTests
{
    [Theory]
    // Nothing is seen of these, or they look like blanks.
    [InlineData("\u200Bgated")]
    [InlineData("gated\u200B")]
    [InlineData("ga\u200Bted")]
    [InlineData("\uFEFFgated")]
    [InlineData("ga\u00ADted")]
    [InlineData("gated\u2060")]
    [InlineData("gated\u00A0")]
    [InlineData("\u00A0gated")]
    [InlineData("gated\u3000")]
    [InlineData("gat\u034Fed")]
    [InlineData("gated\u180E")]
    [InlineData("gated\u3164")]
    [InlineData("\u115Fgated")]
    [InlineData("gated\uFE0F")]
    [InlineData("gated\U000E0067")]
    [InlineData("gated\U000E01EF")]
    [InlineData("g\u2800ated")]
    [InlineData("gated\t")]
    [InlineData("gated\u0001")]
    [InlineData("gated\uE000")]
    // Other scripts and forms.
    [InlineData("g\u0430ted")] // Cyrillic a
    [InlineData("gat\u0435d")] // Cyrillic ie
    [InlineData("\u050Cated")] // Cyrillic Komi sje
    [InlineData("ga\u0442ed")] // Cyrillic te
    [InlineData("gate\u0501")] // Cyrillic Komi de
    [InlineData("g\u03B1ted")] // Greek alpha
    [InlineData("ga\u03C4ed")] // Greek tau
    [InlineData("g\u0391\u03A4\u0395d")] // Greek capitals
    [InlineData("\u0581ated")] // Armenian co
    [InlineData("\u13C0ATED")] // Cherokee nah
    [InlineData("gate\u13E7")] // Cherokee tsu
    [InlineData("\u0261ated")] // Latin script g
    [InlineData("ｇａｔｅｄ")]
    [InlineData("𝐠𝐚𝐭𝐞𝐝")]
    [InlineData("𝖌𝖆𝖙𝖊𝖉")]
    [InlineData("𝚐𝚊𝚝𝚎𝚍")]
    [InlineData("ⓖⓐⓣⓔⓓ")]
    [InlineData("🅖🅐🅣🅔🅓")]
    [InlineData("ɢᴀᴛᴇᴅ")]
    [InlineData("gáted")]
    [InlineData("gate\u0301d")]
    [InlineData("gat\u00E9d")]
    [InlineData("ga\u0167ed")] // t with a stroke
    [InlineData("gate\u0111")] // d with a stroke
    [InlineData("g\u00AAted")]
    [InlineData("ga\u044Dted")] // a letter that is in no table
    [InlineData("gat\u044Dd")]
    // Signs, capitals and slips of the keyboard.
    [InlineData("Gated")]
    [InlineData("GATED")]
    [InlineData(" gated ")]
    [InlineData("gated:")]
    [InlineData("gated_")]
    [InlineData("ga-ted")]
    [InlineData("'gated'")]
    [InlineData("gated🔒")]
    [InlineData("gatedd")]
    [InlineData("ggated")]
    [InlineData("gatted")]
    [InlineData("gaaated")]
    [InlineData("gatd")]
    [InlineData("gted")]
    [InlineData("ated")]
    [InlineData("gate")]
    [InlineData("gaetd")]
    [InlineData("agted")]
    [InlineData("gatde")]
    public void A_key_that_looks_like_gated_is_named_and_closes_the_gate(string key) => AssertMeans("gated", key);

    [Theory]
    [InlineData("extra_gated_fields", "Extra_gated_fields")]
    [InlineData("extra_gated_fields", "EXTRA_GATED_FIELDS")]
    [InlineData("extra_gated_fields", "extra-gated-fields")]
    [InlineData("extra_gated_fields", "extra gated fields")]
    [InlineData("extra_gated_fields", "extraGatedFields")]
    [InlineData("extra_gated_fields", "extra\u2010gated\u2011fields")]
    [InlineData("extra_gated_fields", "extra\u2014gated\u2212fields")]
    [InlineData("extra_gated_fields", "extra\uFF3Fgated\uFF3Ffields")]
    [InlineData("extra_gated_fields", "extra_gated_fields ")]
    [InlineData("extra_gated_fields", "extra_gated_feilds")]
    [InlineData("extra_gated_fields", "extra_gated_field")]
    [InlineData("extra_gated_fields", "extra_gated_fieldss")]
    [InlineData("extra_gated_fields", "extra_gated_fieIds")] // a capital i for l
    [InlineData("extra_gated_fields", "extra_gated_fie1ds")]
    [InlineData("extra_gated_fields", "extra_gated_f\u0131elds")]
    [InlineData("extra_gated_fields", "extra_gated_f\u0456elds")]
    [InlineData("extra_gated_fields", "ехtrа_gаtеd_fіеlds")]
    [InlineData("extra_gated_fields", "extra_gate_fields")]
    [InlineData("extra_gated_fields", "xtra_gated_fields")]
    [InlineData("extra_gated_fields", "extra_dated_fields")]
    [InlineData("extra_gated_fields", "gated_fields")]
    [InlineData("extra_gated_prompt", "extra-gated-prompt")]
    [InlineData("extra_gated_prompt", "extra_gated_prornpt")]
    [InlineData("extra_gated_prompt", "extra_gated_promt")]
    [InlineData("extra_gated_prompt", "extra_gated_pr0mpt")]
    [InlineData("extra_gated_prompt", "\uFEFFextra_gated_prompt")]
    [InlineData("extra_gated_prompt", "gated_prompt")]
    [InlineData("extra_gated_heading", "extra_gated_haeding")]
    [InlineData("extra_gated_description", "extra_gated_desciption")]
    [InlineData("extra_gated_button_content", "extra_gated_button_contents")]
    [InlineData("extra_gated_eu_disallowed", "extra_gated_eu_disallowed ")]
    [InlineData("extra_gated_eu_disallowed", "extra_gated_eu_disaIIowed")]
    [InlineData("extra_gated_eu_disallowed", "extra_gated_eu_disalowed")]
    [InlineData("extra_gated_…", "extra_gated_")]
    [InlineData("extra_gated_…", "extra_gated")]
    [InlineData("extra_gated_…", "extra_gated_form")]
    [InlineData("extra_gated_…", "extra_gated_button_text_for_everyone_who_wants_it")]
    [InlineData("extra_gated_…", "Extra-Gated-Questions")]
    [InlineData("extra_gated_…", "extra_gatd_questions")]
    [InlineData("extra_gated_…", "extra_gaetd_questions")]
    public void A_key_that_looks_like_one_of_the_form_is_named_and_closes_the_gate(string meant, string key) => AssertMeans(meant, key);

    [Theory]
    [InlineData("dated")]
    [InlineData("rated")]
    [InlineData("gates")]
    [InlineData("mated")]
    [InlineData("fated")]
    [InlineData("ungated")]
    [InlineData("gated_mlp")]
    [InlineData("gating")]
    [InlineData("gateway")]
    [InlineData("updated")]
    [InlineData("data")]
    [InlineData("date")]
    [InlineData("tags")]
    [InlineData("get")]
    [InlineData("extra")]
    [InlineData("extra_data")]
    [InlineData("extra_fields")]
    [InlineData("extra_rated_fields_of_study")]
    [InlineData("description")]
    [InlineData("prompt")]
    [InlineData("fields")]
    [InlineData("license")]
    [InlineData("language")]
    [InlineData("данные")]
    [InlineData("дата")]
    [InlineData("标签")]
    [InlineData("étiquette")]
    [InlineData("🙂")]
    [InlineData("")]
    public void Other_keys_are_left_alone(string key)
    {
        var card = Read($"gated: auto\n\"{Escaped(key)}\": x");
        Assert.True(card.Readable, string.Join(" ", card.Problems));
        Assert.Empty(card.Problems);
        Assert.Equal(GateMode.Auto, card.Gated);
    }

    [Theory]
    [InlineData("\"\\x67ated\": manual")]
    [InlineData("\"\\u0067\\u0061ted\": manual")]
    [InlineData("'gated': manual")]
    [InlineData("? gated\n: manual")]
    [InlineData("? \"gat\\x65d\"\n: manual")]
    [InlineData("!!str gated: manual")]
    [InlineData("! gated: manual")]
    [InlineData("&key gated: manual")]
    [InlineData("? \"ga\\\n  ted\"\n: manual")]
    public void However_YAML_spells_the_key_the_answer_is_the_same(string yaml)
    {
        var card = Read(yaml);
        Assert.NotEqual(GateMode.Open, GatePolicy.Combine(card, GateMode.Open, GateMode.Open, false).Mode);
        if (card.Readable) Assert.Equal(GateMode.Manual, card.Gated);
    }

    [Theory]
    [InlineData("gated: false\n\"ga\\u200bted\": manual")]
    [InlineData("\"ga\\u200bted\": manual\ngated: false")]
    [InlineData("gated: false\nGated: true")]
    [InlineData("gated: auto\nextra-gated-prompt: You agree.")]
    public void A_right_key_beside_it_opens_nothing(string yaml)
    {
        var card = Read(yaml);
        Assert.False(card.Readable);
        Assert.Equal(GateMode.Manual, GatePolicy.Combine(card, GateMode.Open, GateMode.Open, false).Mode);
    }

    [Fact]
    public void The_place_of_the_key_is_told()
    {
        var card = Read("license: mit\n  \n\"gated\\u200b\": manual");
        Assert.Equal(new CardProblem(4, 1, "the key 'gated[U+200B]' must be written 'gated', in plain letters.", true), Assert.Single(card.Problems));
        Assert.Equal(
            new CardProblem(2, 2, "the key 'extra_gated_foo' begins like a key of the gate, but is none of them (extra_gated_prompt, fields, heading, description, button_content, eu_disallowed).", true),
            Assert.Single(Read("{extra_gated_foo: x}").Problems));
    }

    [Fact]
    public void Many_wrong_keys_are_not_all_listed()
    {
        var card = Read(string.Concat(Enumerable.Range(0, 5000).Select(n => $"extra_gated_{n}: x\n")));
        Assert.False(card.Readable);
        Assert.InRange(card.Problems.Count, 1, 100);
    }

    private static void AssertMeans(string meant, string key)
    {
        Assert.Equal(meant, GateKeySpelling.FindMeant(key));
        var card = Read($"license: mit\n\"{Escaped(key)}\": manual");
        Assert.False(card.Readable);
        Assert.True(card.NamesGate);
        var problem = Assert.Single(card.Problems);
        Assert.Equal((3, 1, true), (problem.Line, problem.Column, problem.ClosesGate));
        foreach (GateMode? last in new GateMode?[] { null, GateMode.Open, GateMode.Auto, GateMode.Manual })
            Assert.NotEqual(GateMode.Open, GatePolicy.Combine(card, GateMode.Open, last, false).Mode);
    }

    private static string Escaped(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value is >= 0x20 and < 0x7F and not '"' and not '\\' ? rune.ToString() : $"\\U{rune.Value:X8}"));

    private static ModelCard Read(string yaml) => ModelCardReader.Read(Encoding.UTF8.GetBytes($"---\n{yaml}\n---\n# Model\n"));
}
