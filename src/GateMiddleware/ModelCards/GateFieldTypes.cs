using GateMiddleware.Policy;

namespace GateMiddleware.ModelCards;

/// <summary>The words for the types of fields, and the slips that are understood: a consent asked as text could be answered with "no".</summary>
internal static class GateFieldTypes
{
    public const string All = "text, checkbox, date_picker, country, ip_location, select";

    private static readonly (GateFieldType Type, string Word, string Folded)[] Types =
    [
        .. new[]
        {
            (GateFieldType.Text, "text"), (GateFieldType.Checkbox, "checkbox"), (GateFieldType.DatePicker, "date_picker"), (GateFieldType.Country, "country"),
            (GateFieldType.IpLocation, "ip_location"), (GateFieldType.Select, "select"),
        }.Select(type => (type.Item1, type.Item2, LetterFold.Fold(type.Item2))),
    ];

    public static GateFieldType? Find(string? word)
    {
        foreach (var type in Types)
            if (type.Word == word) return type.Type;
        return null;
    }

    public static (GateFieldType Type, string Word)? FindMeant(string word)
    {
        foreach (var (type, spelled, _) in Types)
            if (LooksLike(word, spelled)) return (type, spelled);
        return null;
    }

    /// <summary>Equal but for look-alikes, capitals and signs; longer words may also have one slip.</summary>
    public static bool LooksLike(string text, string word)
    {
        Span<char> buffer = stackalloc char[32];
        var (length, more) = LetterFold.Fold(text, buffer);
        var folded = LetterFold.Fold(word);
        return !more && (buffer[..length].SequenceEqual(folded) || (folded.Length > 4 && Spelling.IsWithinOneEdit(buffer[..length], folded)));
    }
}
