namespace GateMiddleware.ModelCards;

/// <summary>Slips of the keyboard, each found in one pass.</summary>
internal static class Spelling
{
    /// <summary>True when the texts are equal, or differ by one letter put in, left out or replaced, or by two neighbours swapped.</summary>
    public static bool IsWithinOneEdit(ReadOnlySpan<char> text, ReadOnlySpan<char> word)
    {
        if (Math.Abs(text.Length - word.Length) > 1) return false;
        var same = text.CommonPrefixLength(word);
        var restOfText = text[same..];
        var restOfWord = word[same..];
        return (restOfText.Length - restOfWord.Length) switch
        {
            1 => restOfText[1..].SequenceEqual(restOfWord),
            -1 => restOfWord[1..].SequenceEqual(restOfText),
            _ => restOfText.Length <= 1 || restOfText[1..].SequenceEqual(restOfWord[1..]) || IsSwapped(restOfText, restOfWord),
        };
    }

    /// <summary>True when the text is the word, lacks one of its letters, or has two neighbours swapped.</summary>
    public static bool IsSlipOfOrder(ReadOnlySpan<char> text, ReadOnlySpan<char> word)
    {
        var same = text.CommonPrefixLength(word);
        if (text.Length == word.Length) return same == word.Length || IsSwapped(text[same..], word[same..]);
        return text.Length == word.Length - 1 && word[(same + 1)..].SequenceEqual(text[same..]);
    }

    /// <summary>The text with each letter once where it stands several times in a row.</summary>
    public static ReadOnlySpan<char> WithoutRepeats(ReadOnlySpan<char> text, Span<char> into)
    {
        var length = 0;
        foreach (var letter in text)
        {
            if (length == 0 || into[length - 1] != letter) into[length++] = letter;
        }

        return into[..length];
    }

    private static bool IsSwapped(ReadOnlySpan<char> text, ReadOnlySpan<char> word) =>
        text.Length >= 2 && text[0] == word[1] && text[1] == word[0] && text[2..].SequenceEqual(word[2..]);
}
