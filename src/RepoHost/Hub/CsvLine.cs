using System.Buffers;
using System.Text;

namespace RepoHost.Hub;

/// <summary>One line of a CSV file by RFC 4180. Every cell is quoted, and none is a formula to the program that opens it (threat row 48).</summary>
internal static class CsvLine
{
    /// <summary>What makes a spreadsheet calculate, or skip to what does: OWASP's list, with the wide forms that some of them read alike.</summary>
    private static readonly SearchValues<char> Starts = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    public static void Append(StringBuilder text, IEnumerable<string?> cells)
    {
        var first = true;
        foreach (var cell in cells)
        {
            if (!first)
                text.Append(',');
            first = false;
            if (string.IsNullOrEmpty(cell))
                continue;
            text.Append('"');
            if (cell.AsSpan().TrimStart(' ') is [var start, ..] && Starts.Contains(start))
                text.Append('\'');
            text.Append(cell).Replace("\"", "\"\"", text.Length - cell.Length, cell.Length).Append('"');
        }

        text.Append("\r\n");
    }
}
