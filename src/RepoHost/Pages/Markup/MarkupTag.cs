using System.Net;

namespace RepoHost.Pages.Markup;

/// <summary>A tag as it was written, read the way browsers do.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="End">It is an end tag.</param>
/// <param name="Length">How many characters it takes.</param>
/// <param name="Attributes">Decoded; of two of one name the first counts.</param>
internal sealed record MarkupTag(string Name, bool End, int Length, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>What is longer is no tag; looking for its end again and again would take for ever.</summary>
    private const int Longest = 4096;

    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>Null if there is no whole tag at <paramref name="at"/>, where a <c>&lt;</c> stands.</summary>
    public static MarkupTag? Read(string html, int at)
    {
        var text = html.AsSpan(at, Math.Min(Longest, html.Length - at));
        var end = text.Length > 1 && text[1] == '/';
        var position = end ? 2 : 1;
        if (position >= text.Length || !char.IsAsciiLetter(text[position]))
            return null;
        var name = Take(text, ref position, " \t\r\n\f/>").ToLowerInvariant();
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (position < text.Length)
        {
            if (text[position] == '>')
                return new(name, end, position + 1, attributes);
            if (IsSpace(text[position]) || text[position] == '/')
                position++;
            else if (!ReadAttribute(text, ref position, attributes))
                return null;
        }

        return null;
    }

    private static bool ReadAttribute(ReadOnlySpan<char> text, ref int position, Dictionary<string, string> attributes)
    {
        var start = position++;
        while (position < text.Length && !IsSpace(text[position]) && text[position] is not ('=' or '/' or '>'))
            position++;
        var name = text[start..position];
        SkipSpace(text, ref position);
        var value = "";
        if (position < text.Length && text[position] == '=')
        {
            position++;
            SkipSpace(text, ref position);
            if (position < text.Length && text[position] is '"' or '\'')
            {
                var length = text[(position + 1)..].IndexOf(text[position]);
                if (length < 0)
                    return false;
                value = text.Slice(position + 1, length).ToString();
                position += length + 2;
            }
            else
            {
                value = Take(text, ref position, " \t\r\n\f>");
            }
        }

        attributes.TryAdd(name.ToString().ToLowerInvariant(), WebUtility.HtmlDecode(value));
        return true;
    }

    private static string Take(ReadOnlySpan<char> text, ref int position, string until)
    {
        var rest = text[position..];
        var length = rest.IndexOfAny(until);
        if (length < 0)
            length = rest.Length;
        position += length;
        return rest[..length].ToString();
    }

    private static void SkipSpace(ReadOnlySpan<char> text, ref int position)
    {
        while (position < text.Length && IsSpace(text[position]))
            position++;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n' or '\f';
}
