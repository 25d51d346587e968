using System.Buffers;
using System.Text;

namespace RepoHost.Hub;

/// <summary>One line of a CSV file by RFC 4180. Every cell is quoted, and none is a formula to the program that opens it (threat row 48).</summary>
internal static class CsvLine
{
    /// <summary>What makes a spreadsheet calculate, or skip to what does: OWASP's list, with the wide forms that some of them read alike.</summary>
    private static readonly SearchValues<char> Starts = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@＝＋－＠");

    /// <summary>Where a spreadsheet that expects semicolons or tabs, as in much of Europe, begins a new cell in the middle of one of ours, whose quotes mean nothing to it.</summary>
    private static readonly SearchValues<char> Separators = SearchValues.Create(";\t\r\n");

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
            AppendHarmless(text, cell);
            text.Append('"');
        }

        text.Append("\r\n");
    }

    private static void AppendHarmless(StringBuilder text, string cell)
    {
        if (cell.AsSpan().TrimStart(' ') is [var start, ..] && Starts.Contains(start))
            text.Append('\'');
        for (var i = 0; i < cell.Length; i++)
        {
            if (cell[i] == '"')
                text.Append('"');
            text.Append(cell[i]);
            if (Separators.Contains(cell[i]) && cell.AsSpan(i + 1).TrimStart(" \"") is [var next, ..] && Formulas.Contains(next))
                text.Append('\'');
        }
    }
}
