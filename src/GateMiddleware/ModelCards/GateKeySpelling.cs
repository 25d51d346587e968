namespace GateMiddleware.ModelCards;

/// <summary>
/// Finds the keys that their author, or a reader of the card, takes for a key of the gate although a program does not. Such a card closes its gate: read to the
/// letter, it would be open to everyone, or would ask for less than it says.
/// </summary>
internal static class GateKeySpelling
{
    /// <summary>How every key of the form begins; the Hub knows no other keys that begin like this.</summary>
    private const string FormPrefix = "extra_gated_";

    // No key of the gate is longer, nor is anything one slip away from one.
    private const int Longest = 32;

    private static readonly string[] FormKeys =
    [
        "extra_gated_heading", "extra_gated_prompt", "extra_gated_description", "extra_gated_button_content", "extra_gated_eu_disallowed", "extra_gated_fields",
    ];

    private static readonly string[] FoldedFormKeys = [.. FormKeys.Select(LetterFold.Fold)];
    private static readonly string[] FoldedWithoutExtra = [.. FormKeys.Select(key => LetterFold.Fold(key["extra_".Length..]))];
    private static readonly string FoldedPrefix = LetterFold.Fold(FormPrefix);

    /// <summary>Whether a key of the front matter's own map is one of the gate.</summary>
    public static bool IsGateKey(string key) => key == "gated" || Array.IndexOf(FormKeys, key) >= 0;

    /// <summary>Which key of the gate is meant by one that is none.</summary>
    /// <returns>Null when it has nothing to do with the gate; <c>extra_gated_…</c> when it begins like the keys of the form, and no more can be said.</returns>
    public static string? FindMeant(string key)
    {
        if (IsGateKey(key)) return null;
        Span<char> buffer = stackalloc char[Longest];
        var (length, more) = LetterFold.Fold(key, buffer);
        ReadOnlySpan<char> letters = buffer[..length];
        if (!HoldsMostOfGated(letters)) return null;
        if (!more && IsGated(letters)) return "gated";

        for (var i = 0; i < FormKeys.Length && !more; i++)
        {
            if (Spelling.IsWithinOneEdit(letters, FoldedFormKeys[i]) || letters.SequenceEqual(FoldedWithoutExtra[i])) return FormKeys[i];
        }

        return BeginsLikeForm(letters) ? FormPrefix + "…" : null;
    }

    // Every key of the gate has these five letters, and one slip takes away one of them at most: nearly all keys of ordinary cards are done with here.
    private static bool HoldsMostOfGated(ReadOnlySpan<char> letters)
    {
        var missing = 0;
        foreach (var letter in "gated")
        {
            if (!letters.Contains(letter)) missing++;
        }

        return missing <= 1;
    }

    // 'dated', 'rated' and 'gates' are words that a card may use: another letter is no slip here, unless it is one of a foreign script among these.
    private static bool IsGated(ReadOnlySpan<char> letters)
    {
        const string word = "gated";
        Span<char> latin = stackalloc char[Longest];
        var length = 0;
        foreach (var letter in letters)
        {
            if (letter != LetterFold.Other) latin[length++] = letter;
        }

        return Spelling.WithoutRepeats(latin[..length], stackalloc char[Longest]).SequenceEqual(word) || Spelling.IsSlipOfOrder(latin[..length], word);
    }

    private static bool BeginsLikeForm(ReadOnlySpan<char> letters)
    {
        var once = Spelling.WithoutRepeats(letters, stackalloc char[Longest]);
        return once.StartsWith(FoldedPrefix, StringComparison.Ordinal)
            || (once.Length >= FoldedPrefix.Length && Spelling.IsSlipOfOrder(once[..FoldedPrefix.Length], FoldedPrefix))
            || (once.Length >= FoldedPrefix.Length - 1 && Spelling.IsSlipOfOrder(once[..(FoldedPrefix.Length - 1)], FoldedPrefix));
    }
}
