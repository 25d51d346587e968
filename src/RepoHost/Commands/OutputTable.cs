using Spectre.Console;

namespace RepoHost.Commands;

/// <summary>Rows of a command's answer: a table for people at a terminal, else lines of cells with tabs between them, for programs.</summary>
internal static class OutputTable
{
    public static void Write(TextWriter output, IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        if (!ReferenceEquals(output, Console.Out) || Console.IsOutputRedirected)
        {
            foreach (var row in rows)
                output.WriteLine(string.Join('\t', row));
            return;
        }

        var table = new Table().Border(TableBorder.Minimal);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)).NoWrap());
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Write(table);
    }
}
