using System.Globalization;
using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.ModelCards;

#pragma warning disable RS0030 // Nothing here is a secret; a failure has to be repeatable.

/// <summary>Every character that nobody sees, and every look-alike of every letter, in every key of the gate at every position: never open, never a shorter form.</summary>
public sealed class GateKeyPropertyTests
{
    private static readonly string[] Keys =
    [
        "gated", "extra_gated_prompt", "extra_gated_fields", "extra_gated_heading", "extra_gated_description", "extra_gated_button_content", "extra_gated_eu_disallowed",
    ];

    /// <summary>The property Default_Ignorable_Code_Point of Unicode 17.</summary>
    private static readonly (int First, int Last)[] DefaultIgnorable =
    [
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
        (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>White space and blanks, which look like nothing at the end of a key.</summary>
    private static readonly int[] Blanks =
        [0x09, 0x0B, 0x0C, 0x20, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x202F, 0x205F, 0x2800, 0x3000];

    [Fact]
    public void An_invisible_character_anywhere_in_a_key_is_found()
    {
        foreach (var key in Keys)
        {
            foreach (var code in Invisible())
            {
                for (var at = 0; at <= key.Length; at++)
                    AssertFound(key, key.Insert(at, char.ConvertFromUtf32(code)));
            }
        }
    }

    [Fact]
    public void A_look_alike_of_any_letter_of_a_key_is_found()
    {
        var alike = LookAlikes();
        foreach (var key in Keys)
        {
            for (var at = 0; at < key.Length; at++)
            {
                foreach (var code in alike[key[at]])
                    AssertFound(key, key[..at] + char.ConvertFromUtf32(code) + key[(at + 1)..]);
            }
        }
    }

    [Fact]
    public void Any_number_of_them_together_is_found()
    {
        var alike = LookAlikes();
        int[] invisible = [.. Invisible()];
        var random = new Random(20260301);
        for (var round = 0; round < 20_000; round++)
        {
            var key = Keys[random.Next(Keys.Length)];
            AssertFound(key, Disguised(key, alike, invisible, random));
        }
    }

    [Fact]
    public void A_card_with_such_a_key_is_never_open_and_never_asks_for_less()
    {
        var alike = LookAlikes();
        int[] invisible = [.. Invisible()];
        var random = new Random(20260302);
        for (var round = 0; round < 3000; round++)
        {
            var key = Keys[random.Next(Keys.Length)];
            var spelled = Disguised(key, alike, invisible, random);
            // Plain, as an editor shows it, and with YAML's own escapes.
            if (round % 2 == 1) spelled = "\"" + string.Concat(spelled.EnumerateRunes().Select(rune => $"\\U{rune.Value:X8}")) + "\"";
            var value = key switch { "extra_gated_fields" => "{I agree: checkbox}", "extra_gated_eu_disallowed" => "true", "gated" => "manual", _ => "You agree." };
            var card = ModelCardReader.Read(Encoding.UTF8.GetBytes($"---\ngated: {(key == "gated" ? "false" : "auto")}\n{spelled}: {value}\n---\n"));
            Assert.False(card.Readable, spelled);
            var problem = Assert.Single(card.Problems, problem => problem.ClosesGate);
            Assert.True(problem.Line is 2 or 3 && problem.Column >= 1, problem.ToString());
            Assert.False(GatePolicy.Combine(card, GateMode.Open, GateMode.Auto, false).FormComplete);
            Assert.Equal(GateMode.Manual, GatePolicy.Combine(card, GateMode.Open, GateMode.Open, false).Mode);
        }
    }

    private static void AssertFound(string key, string spelled)
    {
        // A plain hyphen for an underscore and the like are other keys as well; only the key itself is none of these.
        if (spelled == key) return;
        var meant = GateKeySpelling.FindMeant(spelled);
        if (meant == key) return;
        Assert.Fail($"{string.Concat(spelled.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : $"<{rune.Value:X4}>"))} is read as {meant ?? "nothing"}");
    }

    private static string Disguised(string key, Dictionary<char, int[]> alike, int[] invisible, Random random)
    {
        var spelled = new StringBuilder();
        foreach (var letter in key)
        {
            if (random.Next(4) == 0) spelled.Append(char.ConvertFromUtf32(invisible[random.Next(invisible.Length)]));
            var others = alike[letter];
            spelled.Append(random.Next(3) == 0 ? char.ConvertFromUtf32(others[random.Next(others.Length)]) : letter.ToString());
        }

        // At least one thing is wrong with it, and the first letter is none that YAML takes for a sign of its own.
        return spelled.Append(char.ConvertFromUtf32(invisible[random.Next(invisible.Length)])).ToString();
    }

    private static IEnumerable<int> Invisible() => DefaultIgnorable.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Concat(Blanks);

    /// <summary>From the table itself for its whole breadth; <see cref="GateKeySpellingTests"/> names those that must be in it.</summary>
    private static Dictionary<char, int[]> LookAlikes()
    {
        using var stream = typeof(ModelCard).Assembly.GetManifestResourceStream("GateMiddleware.ModelCards.Confusables.txt")!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).Select(line => line.Split('=')).ToLookup(line => line[0], line => line[1]);
        var alike = new Dictionary<char, int[]>();
        foreach (var letter in Keys.SelectMany(key => key).Distinct())
            alike[letter] = letter == '_' ? ['-', 0x2010, 0x2013, 0x2014, 0x2212, 0xFF3F, 0xFE4D, 0x07FA] : [.. lines[letter.ToString()].SelectMany(Codes), char.ToUpperInvariant(letter)];
        Assert.All(alike, letter => Assert.True(letter.Key == '_' || letter.Value.Length > 40, $"{letter.Key} has {letter.Value.Length} look-alikes"));
        return alike;
    }

    private static IEnumerable<int> Codes(string ranges)
    {
        foreach (var range in ranges.Split(' '))
        {
            int[] ends = [.. range.Split('-').Select(code => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            for (var code = ends[0]; code <= ends[^1]; code++) yield return code;
        }
    }
}
