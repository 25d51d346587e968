using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Data;
using RepoHost.Tests.Accounts;
using Xunit;

namespace RepoHost.Tests.Data;

public sealed class DatabaseStartupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_migrations_make_exactly_the_model()
    {
        await using var rooms = await Rooms.OpenAsync();
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Cancel));
    }

    [Fact]
    public async Task The_design_time_model_is_the_running_one()
    {
        await using var rooms = await Rooms.OpenAsync();
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        await using var design = new RepoHostDbDesign().CreateDbContext([]);
        Assert.Equal(
            design.GetService<IDesignTimeModel>().Model.ToDebugString(),
            db.GetService<IDesignTimeModel>().Model.ToDebugString());
    }

    [Fact]
    public async Task Processes_that_start_at_once_migrate_once()
    {
        await using var rooms = await Rooms.OpenAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(rooms.Directory, "repohost.db*"))
            File.Delete(file);

        var others = Enumerable.Range(0, 4).Select(_ => rooms.OpenAgain()).ToList();
        await Task.WhenAll(others.Select(other => Task.Run(() => other.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel), Cancel)));
        foreach (var other in others)
            await other.DisposeAsync();
        Assert.NotNull(await rooms.AddUserAsync("ada"));
    }

    [Fact]
    public async Task A_lock_row_of_a_killed_migration_does_not_stop_the_next_start()
    {
        // EF keeps its migration lock as a row. A process that is killed while it migrates leaves it, and every later start would wait for it without end.
        await using var rooms = await Rooms.OpenAsync();
        await using (var db = await rooms.Databases.CreateDbContextAsync(Cancel))
        {
            var tables = await db.Database.SqlQueryRaw<string>(
                """SELECT "name" AS "Value" FROM sqlite_master WHERE type = 'table' AND "name" NOT LIKE 'sqlite%' AND "name" NOT LIKE '\_\_EF%' ESCAPE '\'""").ToListAsync(Cancel);
            var drops = string.Concat(tables.Select(table => $"DROP TABLE \"{table}\";"));
#pragma warning disable EF1002 // The names come from the database itself.
            await db.Database.ExecuteSqlRawAsync($"PRAGMA foreign_keys = OFF; {drops} PRAGMA foreign_keys = ON;", Cancel);
#pragma warning restore EF1002
            await db.Database.ExecuteSqlRawAsync("""
                DELETE FROM "__EFMigrationsHistory";
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT OR REPLACE INTO "__EFMigrationsLock" VALUES (1, '2030-01-01');
                """, Cancel);
        }

        await rooms.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.NotNull(await rooms.AddUserAsync("ada"));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "15000")]
    public async Task Every_connection_is_set_up_to_keep_what_was_acknowledged(string pragma, string expected)
    {
        await using var rooms = await Rooms.OpenAsync();
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        await db.Database.OpenConnectionAsync(Cancel);
        await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The pragmas are the four above.
        command.CommandText = $"PRAGMA {pragma}";
#pragma warning restore CA2100
        Assert.Equal(expected, Convert.ToString(await command.ExecuteScalarAsync(Cancel), provider: null));
    }

    [Fact]
    public async Task Change_numbers_grow_by_one_each_and_need_a_transaction()
    {
        await using var rooms = await Rooms.OpenAsync();
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ChangeNumbers.NextAsync(db, Cancel));

        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        var first = await ChangeNumbers.NextAsync(db, Cancel);
        Assert.Equal(first + 1, await ChangeNumbers.NextAsync(db, Cancel));
    }

    [Fact]
    public async Task Deleting_a_repository_ends_all_that_hangs_on_it()
    {
        await using var rooms = await Rooms.OpenAsync();
        var ada = await rooms.AddUserAsync("ada");
        var repository = await rooms.AddRepositoryAsync("ada", "one", ada);
        await rooms.Catalog.MoveAsync(repository.Id, "ada", "two", Cancel);
        await using (var db = await rooms.Databases.CreateDbContextAsync(Cancel))
        {
            db.AccessRequests.Add(new AccessRequest { RepositoryId = repository.Id, UserId = ada.Id });
            db.AccessEvents.Add(new AccessEvent { RepositoryId = repository.Id, UserId = ada.Id, ActorId = ada.Id, Action = "ask" });
            db.LfsObjects.Add(new LfsObject { RepositoryId = repository.Id, Oid = new string('a', 64) });
            await db.SaveChangesAsync(Cancel);
        }

        Assert.True(await rooms.Catalog.DeleteAsync(repository.Id, Cancel));

        await using var after = await rooms.Databases.CreateDbContextAsync(Cancel);
        Assert.Equal(0, await after.AccessRequests.CountAsync(Cancel) + await after.AccessEvents.CountAsync(Cancel)
            + await after.LfsObjects.CountAsync(Cancel) + await after.RepositoryRedirects.CountAsync(Cancel));
    }
}
