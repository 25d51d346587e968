using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

/// <summary>Lists of repositories: what they hold, and what they cost.</summary>
public sealed class RepositoryListsTests : IAsyncLifetime
{
    private Rooms rooms = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => rooms = await Rooms.OpenAsync();

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_question_is_answered_as_the_simplest_program_would(int seed)
    {
        var world = new ListWorld(rooms, seed);
        await world.FillAsync(70);
        var answers = 0;
        for (var i = 0; i < 250; i++)
        {
            var query = world.Ask(out var person);
            var expected = world.Reference(query, person);
            var found = new List<string>();
            string? cursor = null;
            var pages = 0;
            do
            {
                var page = await rooms.Lists.FindAsync(query with { Cursor = cursor }, Cancel);
                Assert.True(page.Items.Count <= query.Limit);
                found.AddRange(page.Items.Select(item => item.Record.FullName));
                cursor = page.Next;
                pages++;
            }
            while (cursor is not null && pages < 200);
            Assert.True(expected.SequenceEqual(found), $"question {i}: {query} by {person}\nexpected {string.Join(' ', expected)}\nfound    {string.Join(' ', found)}");
            answers += expected.Count;
        }

        // The dice must not have asked for nothing all the time.
        Assert.True(answers > 100, $"{answers} answers");
    }

    [Fact]
    public async Task A_search_for_two_common_words_that_never_meet_looks_at_a_bounded_number_of_rows_and_hands_on_a_cursor()
    {
        // 9,000 rows of two words that no repository has both of: whoever walks one of them to its end holds a core.
        await AddManyAsync(9000, (i, _) => [i % 2 == 0 ? "t:even" : "t:odd"]);
        var query = new RepositoryQuery(RepositoryType.Model) { Tags = ["even", "odd"], Limit = 10 };
        var first = await rooms.Lists.FindAsync(query, Cancel);
        Assert.Empty(first.Items);
        Assert.NotNull(first.Next);
        var second = await rooms.Lists.FindAsync(query with { Cursor = first.Next }, Cancel);
        Assert.Empty(second.Items);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task The_usual_lists_walk_an_index_and_sort_nothing()
    {
        await AddManyAsync(600, (i, _) => ["t:onnx", $"t:tag{i % 7}", "p:text-generation", i % 2 == 0 ? "g:1" : "g:0"]);
        var ada = await rooms.AddUserAsync("ada");
        await rooms.Organizations.AddAsync("acme", null, "ada", Cancel);
        var all = new RepositoryQuery(RepositoryType.Model);
        RepositoryQuery[] questions =
        [
            all, all with { Author = "many" }, all with { Tags = ["onnx"] }, all with { Tags = ["onnx", "tag3"] }, all with { Task = "text-generation" }, all with { Gated = true },
            all with { Libraries = ["onnx"] }, all with { Author = "many", Tags = ["onnx"] }, all with { Search = ["model"] }, all with { Search = ["model"], Tags = ["onnx"] },
        ];
        foreach (var question in questions.SelectMany(q => (RepositoryQuery[])[q, q with { VisibleTo = ada.Id }]))
        {
            foreach (var sort in Enum.GetValues<RepositorySort>())
            {
                foreach (var cursor in (string?[])[null, new ListCursor(sort == RepositorySort.Name ? 0 : 1_900_000_000_000, sort == RepositorySort.Name ? "many/m" : "a").ToString()])
                {
                    foreach (var reversed in (bool[])[false, true])
                    {
                        var plan = await PlanAsync(question with { Sort = sort, Reversed = reversed, Cursor = cursor });
                        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
                        Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
                        var walks = plan.Split('\n').Where(line => line.Contains("SEARCH d USING", StringComparison.Ordinal)).ToList();
                        Assert.Equal(question.VisibleTo is null ? 1 : 3, walks.Count);
                        Assert.All(walks, walk => Assert.Contains("Scope=?", walk, StringComparison.Ordinal));
                    }
                }
            }
        }

        // A rare part of a name: the few rows that have it are looked up, and sorted.
        var rare = await PlanAsync(all with { Search = ["0249"] });
        Assert.Contains("SEARCH g USING COVERING INDEX IX_CatalogGrams_Gram_RepositoryId", rare, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN", rare, StringComparison.Ordinal);
        Assert.Equal("", await PlanAsync(all with { Search = ["nowhere-zz"] }));
    }

    [Fact]
    public async Task A_list_of_an_author_is_searched_by_the_authors_name()
    {
        await AddManyAsync(300, (_, _) => []);
        var all = new RepositoryQuery(RepositoryType.Model) { Author = "MANY" };
        Assert.Contains("IX_Repositories_Type_AuthorKey_Scope_LastModified_Id (Type=? AND AuthorKey=? AND Scope=?", await PlanAsync(all), StringComparison.Ordinal);
        Assert.Contains("IX_Repositories_Type_AuthorKey_Scope_CreatedAt_Id (Type=? AND AuthorKey=? AND Scope=?", await PlanAsync(all with { Sort = RepositorySort.CreatedAt }), StringComparison.Ordinal);
        Assert.Contains("(Type=? AND Scope=? AND NameKey>? AND NameKey<?)", await PlanAsync(all with { Sort = RepositorySort.Name }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_the_database_takes_for_the_same_are_one_and_long_ones_are_shown_only()
    {
        var ada = await rooms.AddUserAsync("ada");
        var made = await rooms.AddRepositoryAsync("ada", "odd", ada);
        List<string> tags = ["\uD800", "\uFFFD", "a\0b", "A", "a", "", new string('x', 5000), .. Enumerable.Range(0, 3000).Select(i => $"n{i}")];
        Assert.True(await rooms.Catalog.NoteAsync(made.Id, new(null, null, null, CatalogCard.Readable, null, "\uD800", "a", tags, null), null));
        Assert.True(await rooms.Catalog.NoteAsync(made.Id, new(null, null, null, CatalogCard.Readable, null, "\uD800", "a", tags, null), null));
        var all = new RepositoryQuery(RepositoryType.Model);
        var item = Assert.Single((await rooms.Lists.FindAsync(all with { Tags = ["\uFFFD", "a\0b", "A", "a", ""] }, Cancel)).Items);
        Assert.Equal(999, item.Tags.Count);
        Assert.Contains(new string('x', 5000), item.Tags);
        Assert.Empty((await rooms.Lists.FindAsync(all with { Tags = ["b"] }, Cancel)).Items);
        Assert.Empty((await rooms.Lists.FindAsync(all with { Tags = ["n2999"] }, Cancel)).Items);
    }

    [Fact]
    public async Task A_list_that_was_given_up_reads_nothing_more()
    {
        await AddManyAsync(50, (_, _) => []);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rooms.Lists.FindAsync(new(RepositoryType.Model), gone.Token));
    }

    [Fact]
    public async Task Whoever_waits_too_long_for_a_turn_is_refused_and_the_turn_of_whoever_leaves_goes_to_the_next()
    {
        var turns = new ListTurns(Options.Create(new ListOptions { AtOnce = 1 }));
        var held = await turns.TakeAsync(Cancel);
        await Assert.ThrowsAsync<ListsBusyException>(async () => await turns.TakeAsync(Cancel));
        using (var leaves = new CancellationTokenSource())
        {
            var waits = turns.TakeAsync(leaves.Token).AsTask();
            await leaves.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        }

        var next = turns.TakeAsync(Cancel).AsTask();
        Assert.False(next.IsCompleted);
        held.Dispose();
        held.Dispose();
        (await next).Dispose();
        (await turns.TakeAsync(Cancel)).Dispose();
    }

    /// <summary>Rows straight into the database, as the writer makes them.</summary>
    private async Task AddManyAsync(int count, Func<int, string, IEnumerable<string>> terms)
    {
        var owner = await rooms.AddUserAsync("many");
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var time = rooms.Time.GetUtcNow();
        for (var i = 0; i < count; i++)
        {
            var (id, key) = (HubId.New(), $"many/model-{i:D4}");
            var at = time.AddSeconds(i);
            db.Add(new RepoHost.Data.Repository { Id = id, Namespace = "many", Name = $"model-{i:D4}", NameKey = key, OwnerUserId = owner.Id, CreatedById = owner.Id, CreatedAt = at, LastModified = at });
            foreach (var term in terms(i, id))
                db.Add(new CatalogTerm { RepositoryId = id, Term = term, Scope = "", LastModified = at, CreatedAt = at, NameKey = key });
            if (i < 250)
                db.AddRange(NameGrams.Of(key).Distinct().Select(gram => new CatalogGram { RepositoryId = id, Gram = gram }));
        }

        await db.SaveChangesAsync(Cancel);
        await transaction.CommitAsync(Cancel);
    }

    private async Task<string> PlanAsync(RepositoryQuery query)
    {
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        if (await ListScan.OpenAsync(db, query, Cancel) is not { } scan)
            return "";
        var plan = new List<string>();
        foreach (var command in scan.Commands(ListCursor.ReadOrNull(query.Cursor), 31))
        {
            await using (command)
            {
                command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
                await using var rows = await command.ExecuteReaderAsync(Cancel);
                while (await rows.ReadAsync(Cancel))
                    plan.Add(rows.GetString(3));
            }
        }

        return string.Join('\n', plan);
    }
}
