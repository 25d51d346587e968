using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
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
            await db.Database.OpenConnectionAsync(Cancel);
            var tables = await db.Database.SqlQueryRaw<string>("""SELECT name AS "Value" FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE '\_\_EF%' ESCAPE '\'""").ToListAsync(Cancel);
            var drops = "PRAGMA foreign_keys=OFF; " + string.Concat(tables.Select(table => $"""DROP TABLE "{table}"; """));
            await db.Database.ExecuteSqlRawAsync(drops, Cancel);
            await db.Database.ExecuteSqlRawAsync("""
                DELETE FROM "__EFMigrationsHistory";
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT OR REPLACE INTO "__EFMigrationsLock" VALUES (1, '2030-01-01');
                """, Cancel);
        }

        await rooms.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.NotNull(await rooms.AddUserAsync("ada"));
    }

    [Fact]
    public async Task An_update_keeps_the_accounts_and_all_that_hangs_on_them()
    {
        await using var rooms = await Rooms.OpenAsync();
        await using (var old = await rooms.Databases.CreateDbContextAsync(Cancel))
        {
            await old.GetService<IMigrator>().MigrateAsync("Writing", Cancel);
            await old.Database.ExecuteSqlRawAsync("""
                INSERT INTO "Users" ("Id", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "FullName", "Disabled", "IsAdministrator", "CreatedAt", "Version", "EmailConfirmed",
                    "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount") VALUES ('u1', 'ada', 'ADA', 'a@mail.example', 'A@MAIL.EXAMPLE', 'Ada', 0, 0, 0, 1, 0, 0, 0, 1, 0);
                INSERT INTO "Organizations" ("Id", "Name", "FullName", "CreatedAt") VALUES ('o1', 'acme', 'Acme', 0);
                INSERT INTO "Namespaces" ("Key", "Name", "UserId", "OrganizationId") VALUES ('ada', 'ada', 'u1', NULL), ('acme', 'acme', NULL, 'o1');
                INSERT INTO "Memberships" ("OrganizationId", "UserId", "Role", "CreatedAt") VALUES ('o1', 'u1', 3, 0);
                INSERT INTO "AccessTokens" ("Id", "UserId", "Name", "Role", "CreatedAt", "ExpiresAt") VALUES ('t1', 'u1', 'laptop', 1, 0, 9);
                """, Cancel);
        }

        await rooms.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel);

        var acme = await rooms.Organizations.FindAsync("acme", Cancel);
        Assert.Equal([("ada", OrganizationRole.Admin)], (await rooms.Organizations.ListMembersAsync(acme!.Id, Cancel)).Select(m => (m.User!.UserName!, m.Role)));
        Assert.Single(await rooms.Tokens.ListAsync("u1", Cancel));
        Assert.Equal("a@mail.example", (await rooms.Users.FindAsync("ada", Cancel))!.Email);
        Assert.False(acme.NeverPublished);
    }

    [Fact]
    public async Task An_update_gives_each_access_request_an_id_of_its_own()
    {
        // huggingface_hub 2.3 and newer fails on a row of the lists that has none, so those that were there before need one as well.
        await using var rooms = await Rooms.OpenAsync();
        await using (var old = await rooms.Databases.CreateDbContextAsync(Cancel))
        {
            await old.GetService<IMigrator>().MigrateAsync("Sessions", Cancel);
            await old.Database.ExecuteSqlRawAsync("""
                INSERT INTO "Users" ("Id", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "FullName", "Disabled", "IsAdministrator", "CreatedAt", "Version", "EmailConfirmed",
                    "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount")
                VALUES ('u1', 'ada', 'ADA', 'a@mail.example', 'A@MAIL.EXAMPLE', 'Ada', 0, 0, 0, 1, 0, 0, 0, 1, 0),
                    ('u2', 'bob', 'BOB', 'b@mail.example', 'B@MAIL.EXAMPLE', 'Bob', 0, 0, 0, 1, 0, 0, 0, 1, 0);
                INSERT INTO "Repositories" ("Id", "Type", "Namespace", "Name", "NameKey", "OwnerUserId", "CreatedById", "Private", "Disabled", "GateSetting", "OrgMembersGated",
                    "GatedNotificationsMode", "CreatedAt", "LastModified", "Version", "LastReadableCardEuDisallowed")
                VALUES ('r1', 0, 'ada', 'one', 'ada/one', 'u1', 'u1', 0, 0, 0, 0, 0, 0, 0, 1, 0);
                INSERT INTO "AccessRequests" ("RepositoryId", "UserId", "State", "RequestedAt", "Asked", "OfDeletedUser", "Version")
                VALUES ('r1', 'u1', 1, 0, 1, 0, 1), ('r1', 'u2', 2, 0, 0, 0, 1);
                """, Cancel);
        }

        await rooms.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel);

        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        var ids = await db.AccessRequests.Select(r => r.RequestId).ToListAsync(Cancel);
        Assert.Equal(2, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{24}$", id));
    }

    [Fact]
    public async Task No_migration_writes_a_table_anew()
    {
        // SQLite can't change a column or add a foreign key to a table: EF then copies the table, outside of the migration's transaction. A process that is
        // killed meanwhile leaves halves, and no later start gets past them.
        await using var rooms = await Rooms.OpenAsync();
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        Assert.DoesNotContain("ef_temp_", db.GetService<IMigrator>().GenerateScript(), StringComparison.Ordinal);
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
