using System.Data.Common;
using System.Globalization;
using System.Text;

namespace RepoHost.Accounts;

/// <summary>
/// One statement that walks the rows of a list in their order: for each scope that the reader may see a walk along an index, merged by SQLite. Its rows are
/// (Id, SortKey, Hit); Hit says whether the conditions hold that the walk itself does not see to. How many rows it reads is its LIMIT, and nothing else. The index is
/// named, since SQLite guesses without knowing the rows, and with another one it would read all that the reader may not see.
/// </summary>
internal sealed class ListSql(RepositoryQuery query, ListConditions conditions, ListDriver driver)
{
    private readonly bool byName = query.Sort == RepositorySort.Name;
    private readonly bool upwards = query.Sort == RepositorySort.Name ? !query.Reversed : query.Reversed;

    private string OfAll => $"\"Repositories\" d INDEXED BY \"IX_Repositories_Type_Scope_{SortColumn}_Id\"";

    private string SortColumn => query.Sort switch { RepositorySort.Name => "NameKey", RepositorySort.CreatedAt => "CreatedAt", _ => "LastModified" };

    /// <summary>All walks of the list; SQLite takes 500 in one statement.</summary>
    public IEnumerable<ListWalk> Walks(ListReader reader)
    {
        if (driver is ListDriver.Piece)
            return [new ListWalk(null)];
        var walks = reader.Scopes.SelectMany(scope => driver switch
        {
            ListDriver.Words words => words.Alternatives.Select(term => new ListWalk(scope, term)),
            ListDriver.Authors authors => authors.Names.Where(name => scope.Length == 0 || name.OwnerId is null || name.OwnerId == scope).Select(name => new ListWalk(scope, name.Key)),
            _ => [new ListWalk(scope)],
        });
        return reader.Reached.Count > 0 ? walks.Append(new ListWalk(null)) : walks;
    }

    /// <summary>Fills the command; its parameters are all that came from outside.</summary>
    public void Fill(DbCommand command, IEnumerable<ListWalk> walks, ListReader reader, ListCursor? after, int take)
    {
        var values = new ListParameters(command);
        var order = (byName, upwards) switch
        {
            (true, true) => "SortKey",
            (true, false) => "SortKey DESC",
            (false, true) => "SortKey, Id",
            _ => "SortKey DESC, Id DESC",
        };
        var all = string.Join("\nUNION ALL\n", walks.Select(walk => One(values, walk, reader, after)));
        command.CommandText = $"{all}\nORDER BY {order} LIMIT {values.Add(take)}";
    }

    private string One(ListParameters values, ListWalk walk, ListReader reader, ListCursor? after) => (walk.Scope, driver) switch
    {
        (null, ListDriver.Piece piece) => OfPiece(values, piece, reader, after),
        (null, _) => OfReached(values, reader, after),
        (_, ListDriver.Words words) => Walk(
            values, $"\"CatalogTerms\" d INDEXED BY \"IX_CatalogTerms_Type_Term_Scope_{SortColumn}_RepositoryId\"", "d.\"RepositoryId\"", [.. InScope(values, walk.Scope), $"d.\"Term\" = {values.Add(walk.Of!)}"],
            Rest(values, "d.\"RepositoryId\"", words.Alternatives, author: true), after),
        (_, ListDriver.Authors) => Walk(
            values, byName ? OfAll : $"\"Repositories\" d INDEXED BY \"IX_Repositories_Type_AuthorKey_Scope_{SortColumn}_Id\"", "d.\"Id\"",
            [.. InScope(values, walk.Scope), .. byName ? InNamespace(values, walk.Of!) : [$"d.\"AuthorKey\" = {values.Add(walk.Of!)}"]],
            Rest(values, "d.\"Id\"", null, author: walk.Of != conditions.Author), after),
        _ => Walk(values, OfAll, "d.\"Id\"", InScope(values, walk.Scope), Rest(values, "d.\"Id\"", null, author: true), after),
    };

    private string[] InScope(ListParameters values, string scope) => [$"d.\"Type\" = {values.Type(query.Type)}", $"d.\"Scope\" = {values.Add(scope)}"];

    /// <summary>Repositories that a limited credential names one by one: few, so they are looked up and sorted.</summary>
    private string OfReached(ListParameters values, ListReader reader, ListCursor? after) => Walk(
        values, "\"Repositories\" d", "d.\"Id\"",
        [$"d.\"Id\" IN ({values.AddAll(reader.Reached)})", $"d.\"Type\" = {values.Type(query.Type)}", $"+d.\"Scope\" IN ({values.AddAll(reader.PartlyReached)})", .. Rest(values, "d.\"Id\"", null, author: true)],
        [], after);

    private string OfPiece(ListParameters values, ListDriver.Piece piece, ListReader reader, ListCursor? after)
    {
        var seen = $"+d.\"Scope\" IN ({values.AddAll(reader.Scopes)})";
        if (reader.Reached.Count > 0)
            seen = $"({seen} OR (d.\"Id\" IN ({values.AddAll(reader.Reached)}) AND +d.\"Scope\" IN ({values.AddAll(reader.PartlyReached)})))";
        return Walk(
            values, "\"CatalogGrams\" g CROSS JOIN \"Repositories\" d ON d.\"Id\" = g.\"RepositoryId\"", "d.\"Id\"",
            [$"g.\"Gram\" = {values.Add(piece.Gram)}", $"+d.\"Type\" = {values.Type(query.Type)}", seen, .. Rest(values, "d.\"Id\"", null, author: true)], [], after);
    }

    private string Walk(ListParameters values, string from, string id, IEnumerable<string> prefix, List<string> rest, ListCursor? after)
    {
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"SELECT {id} AS Id, d.\"{SortColumn}\" AS SortKey, ");
        sql.Append(rest.Count == 0 ? "1" : string.Join(" AND ", rest)).Append(" AS Hit FROM ").Append(from).Append(" WHERE ").AppendJoin(" AND ", prefix);
        var beyond = upwards ? '>' : '<';
        if (after is not null && byName)
            sql.Append(CultureInfo.InvariantCulture, $" AND d.\"NameKey\" {beyond} {values.Add(after.Text)}");
        else if (after is not null)
            sql.Append(CultureInfo.InvariantCulture, $" AND (d.\"{SortColumn}\", {id}) {beyond} ({values.Add(after.Milliseconds)}, {values.Add(after.Text)})");
        return sql.ToString();
    }

    /// <summary>The conditions that the walk does not see to.</summary>
    private List<string> Rest(ListParameters values, string id, IReadOnlyList<string>? walked, bool author)
    {
        List<string> rest = [.. conditions.Parts.Select(part => $"instr(d.\"NameKey\", {values.Add(part)}) > 0")];
        if (author && conditions.Author is { } key)
            rest.AddRange(InNamespace(values, key));
        rest.AddRange(conditions.Words.Where(words => !ReferenceEquals(words, walked)).Select(words =>
            $"EXISTS (SELECT 1 FROM \"CatalogTerms\" t WHERE t.\"RepositoryId\" = {id} AND t.\"Term\" IN ({values.AddAll(words)}))"));
        if (conditions.Between is { } between)
        {
            var range = $"{values.Add(between.First)} AND {values.Add(between.Last)}";
            rest.Add($"EXISTS (SELECT 1 FROM \"CatalogTerms\" t WHERE t.\"RepositoryId\" = {id} AND t.\"Term\" BETWEEN {range})");
        }

        return rest;
    }

    /// <summary>A range of names, since '0' follows '/'.</summary>
    private static string[] InNamespace(ListParameters values, string key) =>
        [$"d.\"NameKey\" >= {values.Add(key + '/')}", $"d.\"NameKey\" < {values.Add(key + '0')}"];
}
