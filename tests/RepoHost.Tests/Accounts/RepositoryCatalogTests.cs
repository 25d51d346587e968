using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class RepositoryCatalogTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private Rooms other = null!;
    private User ada = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        other = rooms.OpenAgain();
        ada = await rooms.AddUserAsync("Ada");
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await rooms.DisposeAsync();
    }

    [Fact]
    public async Task A_name_that_was_missing_is_found_as_soon_as_another_process_makes_it()
    {
        Assert.Null(await FindAsync("ada", "bert"));
        var made = await other.AddRepositoryAsync("ada", "Bert", ada);

        var found = await FindAsync("Ada", "Bert");
        Assert.Equal(made, found);
        Assert.Equal(("Ada", "Bert", "Ada/Bert", "Ada", false), (found!.Namespace, found.Name, found.FullName, found.OwnerName, found.Redirected));
        Assert.Null(await rooms.Catalog.FindAsync(RepositoryType.Dataset, "Ada", "Bert", Cancel));
    }

    [Fact]
    public async Task Another_letter_case_is_a_redirect_also_when_it_is_warm()
    {
        await rooms.AddRepositoryAsync("ada", "Bert", ada);
        foreach (var _ in new[] { "cold", "warm" })
        {
            Assert.True((await FindAsync("ada", "bert"))!.Redirected);
            Assert.True((await FindAsync("ADA", "Bert"))!.Redirected);
            Assert.False((await FindAsync("Ada", "Bert"))!.Redirected);
        }

        Assert.Null(await FindAsync("ada", "\u212Aert"));
    }

    [Fact]
    public async Task A_former_name_redirects_until_something_else_takes_it()
    {
        var repository = await rooms.AddRepositoryAsync("ada", "old", ada);
        Assert.NotNull(await FindAsync("Ada", "old"));

        Assert.Equal(MoveRepositoryOutcome.Moved, await other.Catalog.MoveAsync(repository.Id, "ada", "new", Cancel));
        var found = await FindAsync("Ada", "old");
        Assert.Equal((repository.Id, "Ada/new", true), (found!.Id, found.FullName, found.Redirected));

        var second = await other.AddRepositoryAsync("ada", "old", ada);
        Assert.Equal((second.Id, false), ((await FindAsync("Ada", "old"))!.Id, (await FindAsync("Ada", "old"))!.Redirected));
        Assert.Equal(MoveRepositoryOutcome.Exists, await other.Catalog.MoveAsync(repository.Id, "ada", "OLD", Cancel));
        Assert.Equal(MoveRepositoryOutcome.NoSuchNamespace, await other.Catalog.MoveAsync(repository.Id, "nobody", "x", Cancel));
        Assert.Equal(MoveRepositoryOutcome.Moved, await other.Catalog.MoveAsync(repository.Id, "ada", "New", Cancel));
        Assert.False((await FindAsync("Ada", "New"))!.Redirected);
    }

    [Fact]
    public async Task A_move_and_back_again_leaves_no_loop()
    {
        var repository = await rooms.AddRepositoryAsync("ada", "one", ada);
        await rooms.Catalog.MoveAsync(repository.Id, "ada", "two", Cancel);
        await rooms.Catalog.MoveAsync(repository.Id, "ada", "one", Cancel);
        Assert.False((await FindAsync("Ada", "one"))!.Redirected);
        Assert.Equal("Ada/one", (await FindAsync("Ada", "two"))!.FullName);
    }

    [Fact]
    public async Task A_change_in_another_process_is_in_force_when_it_returns()
    {
        var repository = await rooms.AddRepositoryAsync("ada", "bert", ada);
        Assert.Equal(GateMode.Open, (await FindAsync("Ada", "bert"))!.GateSetting);
        Assert.Equal(GateMode.Open, (await rooms.Catalog.FindByIdAsync(repository.Id, Cancel))!.GateSetting);

        var changed = await other.Catalog.UpdateAsync(repository.Id, row => row.GateSetting = GateMode.Manual, Cancel);

        Assert.True(changed!.Version > repository.Version);
        Assert.Equal(changed, await FindAsync("Ada", "bert"));
        Assert.Equal(changed, await rooms.Catalog.FindByIdAsync(repository.Id, Cancel));
        Assert.Null(await other.Catalog.UpdateAsync(HubId.New(), _ => { }, Cancel));
    }

    [Fact]
    public async Task A_deleted_repository_is_gone_everywhere_and_a_new_one_of_its_name_is_another()
    {
        var repository = await rooms.AddRepositoryAsync("ada", "bert", ada);
        Assert.NotNull(await FindAsync("Ada", "bert"));
        Assert.True(await other.Catalog.DeleteAsync(repository.Id, Cancel));
        Assert.False(await other.Catalog.DeleteAsync(repository.Id, Cancel));
        Assert.Null(await FindAsync("Ada", "bert"));
        Assert.Null(await rooms.Catalog.FindByIdAsync(repository.Id, Cancel));

        var next = await other.AddRepositoryAsync("ada", "bert", ada);
        Assert.NotEqual(repository.Id, (await FindAsync("Ada", "bert"))!.Id);
        Assert.Equal(next.Id, (await FindAsync("Ada", "bert"))!.Id);
    }

    [Fact]
    public async Task A_warm_name_needs_no_database()
    {
        await rooms.AddRepositoryAsync("ada", "bert", ada);
        await FindAsync("Ada", "bert");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(rooms.Directory, "repohost.db*"))
            File.Delete(file);
        Assert.NotNull(await FindAsync("Ada", "bert"));
    }

    [Fact]
    public async Task Creating_says_what_is_wrong()
    {
        var first = await rooms.AddRepositoryAsync("ada", "bert", ada);
        var again = await rooms.Catalog.CreateAsync(new(RepositoryType.Model, "ADA", "BERT", ada.Id, false, HubId.New()), null, Cancel);
        Assert.Equal((CreateRepositoryOutcome.Exists, first.Id, "You already created this model repo"), (again.Outcome, again.Repository!.Id, again.Message));
        Assert.Equal(CreateRepositoryOutcome.BadName, (await rooms.Catalog.CreateAsync(new(RepositoryType.Model, "ada", "a..b", ada.Id, false, HubId.New()), null, Cancel)).Outcome);
        Assert.Equal(CreateRepositoryOutcome.NoSuchNamespace, (await rooms.Catalog.CreateAsync(new(RepositoryType.Model, "nobody", "a", ada.Id, false, HubId.New()), null, Cancel)).Outcome);
        Assert.Equal(CreateRepositoryOutcome.Created, (await rooms.Catalog.CreateAsync(new(RepositoryType.Dataset, "ada", "bert", ada.Id, false, HubId.New()), null, Cancel)).Outcome);
    }

    [Fact]
    public async Task Of_many_who_make_one_repository_at_once_exactly_one_does()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => (i % 2 == 0 ? rooms : other).Catalog.CreateAsync(new(RepositoryType.Model, "ada", i % 3 == 0 ? "X" : "x", ada.Id, false, HubId.New()), null, Cancel), Cancel)));
        Assert.Single(results, result => result.Outcome == CreateRepositoryOutcome.Created);
    }

    [Theory]
    [InlineData("LastModified", false, "e,d,c,b,a")]
    [InlineData("LastModified", true, "a,b,c,d,e")]
    [InlineData("CreatedAt", false, "e,d,c,b,a")]
    [InlineData("CreatedAt", true, "a,b,c,d,e")]
    [InlineData("Name", false, "a,b,c,d,e")]
    [InlineData("Name", true, "e,d,c,b,a")]
    public async Task Pages_follow_each_other_without_gap_or_repetition(string sort, bool reversed, string expected)
    {
        foreach (var name in "abcde")
        {
            await rooms.AddRepositoryAsync("ada", name.ToString(), ada);
            rooms.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await rooms.Lists.FindAsync(
                new RepositoryQuery(RepositoryType.Model) { Sort = Enum.Parse<RepositorySort>(sort), Reversed = reversed, Limit = 2, Cursor = cursor }, Cancel);
            names.AddRange(page.Items.Select(item => item.Record.Name));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(expected, string.Join(',', names));
    }

    [Fact]
    public async Task Rows_of_the_same_moment_are_paged_too()
    {
        for (var i = 0; i < 7; i++)
            await rooms.AddRepositoryAsync("ada", $"r{i}", ada);
        var first = await rooms.Lists.FindAsync(new RepositoryQuery(RepositoryType.Model) { Limit = 4 }, Cancel);
        var second = await rooms.Lists.FindAsync(new RepositoryQuery(RepositoryType.Model) { Limit = 4, Cursor = first.Next }, Cancel);
        Assert.Equal(7, first.Items.Concat(second.Items).Select(item => item.Record.Id).Distinct().Count());
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Lists_hold_what_the_person_may_see_and_what_was_asked_for()
    {
        var eve = await rooms.AddUserAsync("eve");
        await rooms.Organizations.AddAsync("acme", null, "eve", Cancel);
        await rooms.AddRepositoryAsync("ada", "open_1", ada);
        await rooms.AddRepositoryAsync("ada", "secret", ada, isPrivate: true);
        await rooms.AddRepositoryAsync("acme", "hidden", ada, isPrivate: true);
        await rooms.AddRepositoryAsync("acme", "openX1", ada);

        Assert.Equal(["acme/openX1", "Ada/open_1"], await NamesAsync(new(RepositoryType.Model)));
        Assert.Equal(["acme/openX1", "Ada/open_1", "Ada/secret"], await NamesAsync(new(RepositoryType.Model) { VisibleTo = ada.Id }));
        Assert.Equal(["acme/hidden", "acme/openX1", "Ada/open_1"], await NamesAsync(new(RepositoryType.Model) { VisibleTo = eve.Id }));
        Assert.Equal(["acme/hidden", "acme/openX1"], await NamesAsync(new(RepositoryType.Model) { VisibleTo = eve.Id, Author = "ACME" }));
        Assert.Empty(await NamesAsync(new(RepositoryType.Model) { Author = "ad" }));
        Assert.Equal(["Ada/open_1"], await NamesAsync(new(RepositoryType.Model) { Search = ["OPEN_", "ada/"] }));
        Assert.Empty(await NamesAsync(new(RepositoryType.Model) { Search = ["%"] }));
        Assert.Empty(await NamesAsync(new(RepositoryType.Dataset) { VisibleTo = ada.Id }));
        Assert.Equal(2, (await NamesAsync(new(RepositoryType.Model) { Cursor = "not ours" })).Count);
        Assert.Equal(2, (await NamesAsync(new(RepositoryType.Model) { Cursor = "OTk5OTk5OTk5OTk5OTk5OTk5fGE" })).Count);
    }

    private ValueTask<RepositoryRecord?> FindAsync(string @namespace, string name) => rooms.Catalog.FindAsync(RepositoryType.Model, @namespace, name, Cancel);

    private async Task<List<string>> NamesAsync(RepositoryQuery query)
        => [.. (await rooms.Lists.FindAsync(query with { Sort = RepositorySort.Name }, Cancel)).Items.Select(item => item.Record.FullName)];
}
