using System.Data;
using Microsoft.EntityFrameworkCore;

namespace RepoHost.Data;

/// <summary>Creates the database or brings it up to date, once before the first request.</summary>
internal sealed class DatabaseStartup(string dataDirectory, IDbContextFactory<RepoHostDb> databases)
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
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!(await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            return;

        await RemoveAbandonedLockAsync(db, cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", cancellationToken);
    }

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
            catch (IOException) when (File.Exists(path) && TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static async Task RemoveAbandonedLockAsync(RepoHostDb db, CancellationToken cancellationToken)
    {
        var tables = await db.Database
            .SqlQueryRaw<int>("""SELECT COUNT(*) AS "Value" FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'""")
            .ToListAsync(cancellationToken);
        if (tables.Single() == 1)
            await db.Database.ExecuteSqlRawAsync("""DELETE FROM "__EFMigrationsLock" """, cancellationToken);
    }
}
