using System.Text;
using System.Text.Unicode;

namespace RepoHost.Git;

/// <summary>
/// Names of files are bytes to git and text to everybody else. A name that is UTF-8 is spelled as it is. Each byte that is no UTF-8 is spelled as one character of
/// U+EF80 to U+EFFF, which Unicode leaves to private use and which URLs, JSON and pages carry unchanged. A name that holds those characters itself has their bytes spelled
/// likewise. So every name has one spelling, and no two names share one.
/// </summary>
internal static class PathSpelling
{
    private const char First = '\uEF80', Last = '\uEFFF';
    private const int Offset = 0xEF00;

    /// <summary>Whether the text stands for bytes that are no UTF-8.</summary>
    public static bool HoldsBytes(ReadOnlySpan<char> text) => text.ContainsAnyInRange(First, Last);

    /// <summary>False for a second spelling of a name: <c>é</c> written as its two bytes, say.</summary>
    public static bool IsTheOnlyOne(string text) => !HoldsBytes(text) || string.Equals(Read(Write(text)), text, StringComparison.Ordinal);

    /// <summary>A name as text.</summary>
    public static string Read(ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name))
        {
            var plain = Encoding.UTF8.GetString(name);
            if (!HoldsBytes(plain))
                return plain;
        }

        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(name, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (isText && rune.Value is < First or > Last)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var one in name[..length])
                    text.Append((char)(Offset + one));
            }

            name = name[length..];
        }

        return text.ToString();
    }

    /// <summary>The bytes that a text stands for.</summary>
    public static byte[] Write(string text)
    {
        if (!HoldsBytes(text))
            return Encoding.UTF8.GetBytes(text);
        var bytes = new List<byte>(text.Length);
        Span<byte> encoded = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= First and <= Last)
                bytes.Add((byte)(rune.Value - Offset));
            else
                bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
        }

        return [.. bytes];
    }
}
