using System.Text;

namespace RepoHost.Lfs;

/// <param name="Value">Null for "-name" and "!name", <see cref="AttributeLine.True"/> for the bare name.</param>
internal readonly record struct AttributeState(string Name, string? Value);

/// <summary>A line of <c>.gitattributes</c> (git's attr.c, parse_attr_line).</summary>
/// <param name="Pattern">Null for the definition of a macro.</param>
/// <param name="Macro">Its name.</param>
internal sealed record AttributeLine(GlobPattern? Pattern, string? Macro, AttributeState[] States)
{
    /// <summary>No value can be this one: blanks end it.</summary>
    public const string True = " ";

    // attr.h: git leaves out lines of this length and more.
    private const int TooLong = 2048;

    /// <summary>Null for a line that git leaves out.</summary>
    public static AttributeLine? Parse(ReadOnlySpan<byte> line)
    {
        var tooLong = line.Length >= TooLong;
        line = line.TrimStart(" \t\r\n"u8);
        if (tooLong || line.IsEmpty || line[0] == '#')
            return null;

        var name = line;
        int end;
        if (line[0] == '"' && QuotedText.Read(line, out end) is { } unquoted)
        {
            name = unquoted;
            if (name.IndexOf((byte)0) is >= 0 and var zero)
                name = name[..zero];
        }
        else
        {
            end = WordLength(line);
            name = line[..end];
        }

        string? macro = null;
        if (name.Length > 6 && name.StartsWith("[attr]"u8))
        {
            var word = name[6..].TrimStart(" \t\r\n"u8);
            macro = AttributeName(word[..WordLength(word)]);
            if (macro is null)
                return null;
        }

        if (ParseStates(line[end..]) is not { } states)
            return null;
        if (macro is not null)
            return new(null, macro, states);
        var pattern = GlobPattern.Parse(name);
        return pattern.IsNegative ? null : new(pattern, null, states);
    }

    /// <summary>Null if one of them is no attribute: git then leaves out the whole line.</summary>
    private static AttributeState[]? ParseStates(ReadOnlySpan<byte> text)
    {
        var states = new List<AttributeState>();
        for (text = text.TrimStart(" \t\r\n"u8); !text.IsEmpty; text = text.TrimStart(" \t\r\n"u8))
        {
            var word = text[..WordLength(text)];
            text = text[word.Length..];
            var equals = word.IndexOf((byte)'=');
            var off = word[0] is (byte)'-' or (byte)'!';
            if (AttributeName((equals < 0 ? word : word[..equals])[(off ? 1 : 0)..]) is not { } name)
                return null;
            states.Add(new(name, off ? null : equals < 0 ? True : Encoding.UTF8.GetString(word[(equals + 1)..])));
        }

        return [.. states];
    }

    private static int WordLength(ReadOnlySpan<byte> text) => text.IndexOfAny(" \t\r\n"u8) is >= 0 and var blank ? blank : text.Length;

    private static string? AttributeName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[0] == '-')
            return null;
        foreach (var b in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'-' or (byte)'.' or (byte)'_'))
                return null;
        }

        return Encoding.ASCII.GetString(name);
    }
}
