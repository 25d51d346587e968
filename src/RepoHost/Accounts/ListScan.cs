using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="Key">The cursor behind this row.</param>
internal readonly record struct ScannedRow(string Id, ListCursor Key, bool Hit);

/// <summary>Walks the rows of one list. Chooses what is walked: the condition with the fewest rows, as far as a short look tells.</summary>
internal sealed class ListScan
{
    /// <summary>So many repositories are few: they are all looked at. A condition with more is walked in the list's order.</summary>
    private const int Few = 200;

    /// <summary>How many short looks are taken.</summary>
    private const int MostLooks = 24;

    private const int WalksAtOnce = 100;

    private readonly RepoHostDb db;
    private readonly RepositoryQuery query;
    private readonly ListConditions conditions;
    private readonly ListReader reader;
    private readonly ListSql sql;

    private ListScan(RepoHostDb db, RepositoryQuery query, ListConditions conditions, ListReader reader, ListDriver driver)
    {
        (this.db, this.query, this.conditions, this.reader, Driver) = (db, query, conditions, reader, driver);
        sql = new(query, conditions, driver);
    }

    public ListDriver Driver { get; }

    /// <summary>Whether each row of the walk belongs to the list.</summary>
    public bool IsExact => Driver switch
    {
        ListDriver.Piece => true,
        _ when conditions.Between is not null => false,
        ListDriver.Words => conditions is { Words.Count: 1, Author: null, Parts.Count: 0 },
        ListDriver.Authors => conditions is { Words.Count: 0, Parts.Count: 0 } && (conditions.Author is null || query.OwnedBy is null),
        _ => conditions is { Words.Count: 0, Author: null, Parts.Count: 0 },
    };

    /// <summary>Null when nothing can match.</summary>
    public static async Task<ListScan?> OpenAsync(RepoHostDb db, RepositoryQuery query, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var conditions = ListConditions.Of(query);
        var reader = await ListReader.OfAsync(db, query, cancellationToken);
        var owned = query.OwnedBy is { } person ? await NamespacesOfAsync(db, person, cancellationToken) : null;
        return await ChooseAsync(db, query, conditions, owned, cancellationToken) is { } driver ? new(db, query, conditions, reader, driver) : null;
    }

    /// <summary>The next rows behind <paramref name="after"/>, at most so many.</summary>
    public async Task<List<ScannedRow>> ReadAsync(ListCursor? after, int take, CancellationToken cancellationToken)
    {
        var rows = new List<ScannedRow>();
        var commands = Commands(after, take).ToList();
        foreach (var command in commands)
        {
            await using (command)
            await using (var result = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await result.ReadAsync(cancellationToken))
                {
                    var id = result.GetString(0);
                    rows.Add(new(id, query.Sort == RepositorySort.Name ? new(0, result.GetString(1)) : new(result.GetInt64(1), id), result.GetInt64(2) != 0));
                }
            }
        }

        return commands.Count == 1 ? rows : [.. InOrder(rows).Take(take)];
    }

    /// <summary>The statements that read one batch; more than one only for people in very many organizations.</summary>
    public IEnumerable<DbCommand> Commands(ListCursor? after, int take)
    {
        foreach (var walks in sql.Walks(reader).Chunk(WalksAtOnce))
        {
            var command = db.Database.GetDbConnection().CreateCommand();
            sql.Fill(command, walks, reader, after, take);
            yield return command;
        }
    }

    private IEnumerable<ScannedRow> InOrder(List<ScannedRow> rows) => (query.Sort == RepositorySort.Name, query.Reversed) switch
    {
        (true, false) => rows.OrderBy(r => r.Key.Text, StringComparer.Ordinal),
        (true, true) => rows.OrderByDescending(r => r.Key.Text, StringComparer.Ordinal),
        (false, false) => rows.OrderByDescending(r => r.Key.Milliseconds).ThenByDescending(r => r.Id, StringComparer.Ordinal),
        _ => rows.OrderBy(r => r.Key.Milliseconds).ThenBy(r => r.Id, StringComparer.Ordinal),
    };

    private static async Task<ListDriver?> ChooseAsync(RepoHostDb db, RepositoryQuery query, ListConditions conditions, IReadOnlyList<ListAuthor>? owned, CancellationToken cancellationToken)
    {
        if (owned is not null)
            return new ListDriver.Authors(owned);

        var (looks, rarest, fewest) = (0, (string?)null, int.MaxValue);
        foreach (var gram in conditions.Parts.SelectMany(NameGrams.OfPart).Distinct(StringComparer.Ordinal).Take(MostLooks))
        {
            looks++;
            var count = await CountAsync(db, "\"CatalogGrams\" WHERE \"Gram\" = $p0", [gram], cancellationToken);
            if (count == 0)
                return null;
            if (count < fewest)
                (rarest, fewest) = (gram, count);
        }

        if (fewest <= Few)
            return new ListDriver.Piece(rarest!);

        ListDriver? chosen = null;
        foreach (var (driver, table, values) in Candidates(query, conditions))
        {
            // One alone needs no look, and those behind the last look are not worth one.
            if (chosen is null && conditions.Words.Count + (conditions.Author is null ? 0 : 1) == 1)
                return driver;
            if (looks++ > 2 * MostLooks)
                break;
            var count = await CountAsync(db, table, values, cancellationToken);
            if (chosen is null || count < fewest)
                (chosen, fewest) = (driver, count);
        }

        return chosen ?? new ListDriver.Everything();
    }

    private static IEnumerable<(ListDriver Driver, string Table, object[] Values)> Candidates(RepositoryQuery query, ListConditions conditions)
    {
        if (conditions.Author is { } author)
            yield return (new ListDriver.Authors([new(author, null)]), "\"Repositories\" WHERE \"Type\" = $p0 AND \"AuthorKey\" = $p1", [(int)query.Type, author]);
        foreach (var words in conditions.Words)
            yield return (new ListDriver.Words(words), "\"CatalogTerms\" WHERE \"Type\" = $p0 AND \"Term\" = $p1", [(int)query.Type, words[0]]);
    }

    /// <summary>Counts no further than it needs to.</summary>
    private static async Task<int> CountAsync(RepoHostDb db, string table, object[] values, CancellationToken cancellationToken)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        var parameters = new ListParameters(command);
        foreach (var value in values)
            parameters.Add(value);
        command.CommandText = $"SELECT COUNT(*) FROM (SELECT 1 FROM {table} LIMIT {parameters.Add(Few + 1)})";
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Task<List<ListAuthor>> NamespacesOfAsync(RepoHostDb db, string person, CancellationToken cancellationToken) => db.Namespaces
        .Where(n => n.UserId == person || db.Memberships.Any(m => m.UserId == person && m.OrganizationId == n.OrganizationId))
        .Select(n => new ListAuthor(n.Key, n.UserId ?? n.OrganizationId)).ToListAsync(cancellationToken);
}
