using System.Data;
using Microsoft.EntityFrameworkCore;
using RepoHost.Hosting;

namespace RepoHost.Data;

/// <summary>Creates the database or brings it up to date, once before the first request.</summary>
/// <param name="repositories">The folder of the repositories, which belong to a database.</param>
internal sealed class DatabaseStartup(string dataDirectory, string repositories, IDbContextFactory<RepoHostDb> databases)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Safe when several processes start at once: one migrates, the others wait for it. The lock is a file lock, which the system releases when its
    /// process dies. EF's own lock is a row, which a killed process leaves behind for ever; whoever holds the file may remove that row.
    /// </summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(dataDirectory);
        await using var held = await LockAsync(cancellationToken);
        // Asked first: a database that is made now would be there the next time.
        var file = new FileInfo(DatabaseFile.In(dataDirectory));
        if (file is not { Exists: true, Length: > 0 } && HoldsRepositories())
            throw Lost(file.Exists ? "is empty" : "is missing");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            await RemoveAbandonedLockAsync(db, cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", cancellationToken);
        }

        // Nobody owns a repository where nobody ever was.
        if (!await db.Users.AnyAsync(cancellationToken) && !await db.RetiredNames.AnyAsync(cancellationToken) && HoldsRepositories())
            throw Lost("knows no people");
    }

    /// <summary>Whoever finds an empty database would be offered to become the first administrator, and the repositories would belong to nobody.</summary>
    private DataDirectoryException Lost(string how) => new(
        $"The database {DatabaseFile.In(dataDirectory)} {how}, but {repositories} holds repositories. Put a backup of the database there. If you mean to begin anew, move {repositories} away first.");

    private bool HoldsRepositories() =>
        Directory.Exists(repositories) && Directory.EnumerateDirectories(repositories, "??").Any(family => Directory.EnumerateDirectories(family, "*.git").Any());

    // By the real clock, not the program's: what is waited for is another process.
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataDirectory, "repohost.db.migration-lock");
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeld(e) && TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>EWOULDBLOCK of Linux and of BSD, ERROR_SHARING_VIOLATION: everything else, such as a disk that may not be written to, is not mended by waiting.</summary>
    private static bool IsHeld(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static async Task RemoveAbandonedLockAsync(RepoHostDb db, CancellationToken cancellationToken)
    {
        var tables = await db.Database
            .SqlQueryRaw<int>("""SELECT COUNT(*) AS "Value" FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'""")
            .ToListAsync(cancellationToken);
        if (tables.Single() == 1)
            await db.Database.ExecuteSqlRawAsync("""DELETE FROM "__EFMigrationsLock" """, cancellationToken);
    }
}
