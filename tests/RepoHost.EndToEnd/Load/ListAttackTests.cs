using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>A tag filter once read up to 5,000 cards from the disk; eight anonymous callers of it made everybody's download a thousand times as long.</summary>
[Collection(LoadWorld.Collection)]
public sealed class ListAttackTests(LoadWorld world)
{
    private const int Repositories = 3_000;

    private const string Numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count)";
    private const string Id = "printf('%02x%022x', i % 256, i)";
    private const string Key = "printf('author/model-%05d', i)";
    private const string At = "1700000000000 + i * 1000";

    /// <summary>As the server would write them, of repositories that are nowhere on the disk: a list has no need to look.</summary>
    private static readonly string[] Rows =
    [
        $"""
        {Numbers} INSERT INTO Repositories (Id, Type, Namespace, Name, NameKey, OwnerUserId, CreatedById, Private, Disabled, GateSetting, OrgMembersGated,
          GatedNotificationsMode, CreatedAt, LastModified, Version)
        SELECT {Id}, 0, 'author', printf('model-%05d', i), {Key}, t.OwnerUserId, t.OwnerUserId, 0, 0, 0, 0, 0, {At}, {At}, 1
        FROM n, (SELECT OwnerUserId FROM Repositories WHERE NameKey = 'author/gated') t
        """,
        $"""
        {Numbers} INSERT INTO CatalogEntries (RepositoryId, Format, Tip, Branch, CommittedAt, Card, Gate, Task, Tags, Metadata)
        SELECT {Id}, t.Format, t.Tip, t.Branch, t.CommittedAt, t.Card, 0, t.Task, t.Tags, t.Metadata
        FROM n, (SELECT e.* FROM CatalogEntries e JOIN Repositories r ON r.Id = e.RepositoryId WHERE r.NameKey = 'author/open') t
        """,
        $"""
        {Numbers} INSERT INTO CatalogTerms (RepositoryId, Term, Type, Scope, LastModified, CreatedAt, NameKey)
        SELECT {Id}, term, 0, '', {At}, {At}, {Key}
        FROM n, (SELECT 't:common' AS term, 1 AS every, 0 AS rest UNION ALL SELECT 't:even', 2, 0 UNION ALL SELECT 't:odd', 2, 1 UNION ALL SELECT 'g:0', 1, 0)
        WHERE i % every = rest
        """,
        $"""
        {Numbers}, places(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 20)
        INSERT OR IGNORE INTO CatalogGrams (RepositoryId, Gram)
        SELECT {Id}, substr({Key}, place, size) FROM n, places, (SELECT 2 AS size UNION ALL SELECT 3) WHERE place + size - 1 <= length({Key})
        """,
    ];

    [Fact]
    public async Task Anonymous_lists_and_searches_slow_nobody_down()
    {
        AddRepositories();
        using (var client = world.Server.As(null))
            Assert.Contains("author/model-03000", await client.GetStringAsync("/api/models?filter=common&limit=10"), StringComparison.Ordinal);
        byte[][] requests =
        [
            .. ((string[])
            [
                "/api/models?filter=common", "/api/models?filter=even&filter=odd", "/api/models?filter=nowhere", "/api/models?search=model",
                "/api/models?search=model-02&filter=odd", "/api/models?search=qqq-nowhere", "/models?filter=common", "/models?search=model&filter=even",
            ]).Select(target => RawRequest.Get(target)),
        ];
        var statuses = await LoadComparison.HoldsAsync(world.Download, () => Attack.Start(world.Server.Address, attackers: 8, requests));
        // 503 is to wait for a turn for too long.
        Assert.Contains(200, statuses.Keys);
        Assert.All(statuses.Keys, status => Assert.True(status is 200 or 503, $"{status}"));
    }

    private void AddRepositories()
    {
        using var database = world.OpenDatabase();
        using var transaction = database.BeginTransaction();
        foreach (var rows in Rows)
        {
            using var command = database.CreateCommand();
            command.CommandText = rows;
            command.Parameters.AddWithValue("$count", Repositories);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
