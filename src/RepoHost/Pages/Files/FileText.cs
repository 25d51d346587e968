using System.Text;
using RepoHost.Git;

namespace RepoHost.Pages.Files;

/// <summary>The text of a file as a page shows it: as many lines and as much of each as a browser can bear.</summary>
/// <param name="Lines">Without their ends; hidden characters still in them.</param>
/// <param name="LineCount">How many the file has.</param>
/// <param name="CutLines">Some are longer than shown.</param>
/// <param name="TurnsDirection">Some hold characters that make it read otherwise than it is.</param>
/// <param name="NotUtf8">Bytes that are no UTF-8 are shown as a sign.</param>
internal sealed record FileText(IReadOnlyList<string> Lines, int LineCount, bool CutLines, bool TurnsDirection, bool NotUtf8)
{
    /// <summary>Larger files are not shown.</summary>
    public const int LargestShown = 1_000_000;

    public const int MostLines = 5000;
    public const int LongestLine = 2000;

    /// <summary>As git does it: a zero byte near the beginning.</summary>
    private const int Beginning = 8000;

    /// <summary>The whole content of a blob of at most <paramref name="most"/> bytes; null for a larger one.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(GitRepository git, GitEntry entry, int most, CancellationToken cancellationToken)
    {
        if (entry.Size > most)
            return null;
        if (git.ReadSmallBlob(entry.Oid) is { } small)
            return small;
        using var blob = git.OpenLargeBlob(entry.Oid);
        var bytes = new byte[blob.Size];
        await blob.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public static bool IsBinary(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(Beginning, bytes.Length)].Contains((byte)0);

    public static FileText Of(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        var lines = new List<string>();
        var (count, cut) = (0, false);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range);
            // What follows the last line's end is no line.
            if (line.IsEmpty && range.End.GetOffset(text.Length) == text.Length && count > 0)
                break;
            if (++count > MostLines)
                continue;
            if (line.Length > 0 && line[^1] == '\r')
                line = line[..^1];
            cut |= line.Length > LongestLine;
            lines.Add(line.Length <= LongestLine ? line.ToString() : string.Concat(line[..(LongestLine - (char.IsHighSurrogate(line[LongestLine - 1]) ? 1 : 0))], "…"));
        }

        return new(lines, bytes.IsEmpty ? 0 : count, cut, text.Any(VisibleText.TurnsDirection), text.Contains('\ufffd', StringComparison.Ordinal));
    }
}
