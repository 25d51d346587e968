using System.Text;

namespace RepoHost.Lfs;

/// <summary>
/// The lines of <c>.gitattributes</c> and <c>.gitignore</c> as git reads them: bytes, one BOM at the beginning left out, "\r\n" for "\n", nothing behind a
/// zero.
/// </summary>
internal static class RuleLines
{
    public static IEnumerable<ReadOnlyMemory<byte>> Of(string text)
    {
        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(text);
        if (rest.Span.StartsWith("\ufeff"u8))
            rest = rest[3..];
        while (!rest.IsEmpty)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Span.EndsWith("\r"u8))
                line = line[..^1];
            if (line.Span.IndexOf((byte)0) is >= 0 and var zero)
                line = line[..zero];
            if (!line.IsEmpty)
                yield return line;
        }
    }
}
