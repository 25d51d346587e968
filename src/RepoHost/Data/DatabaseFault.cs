using Microsoft.Data.Sqlite;

namespace RepoHost.Data;

/// <summary>What SQLite's result codes (sqlite.org/rescode.html) mean to whoever runs the server.</summary>
internal static class DatabaseFault
{
    private const int ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26, Busy = 5, Locked = 6;

    /// <summary>A sentence; null when no database is the cause.</summary>
    public static string? SentenceOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SqliteException fault)
                return Sentence(fault);
        }

        return null;
    }

    private static string Sentence(SqliteException fault) => fault.SqliteErrorCode switch
    {
        Corrupt or NotADatabase =>
            $"The database repohost.db in the data directory is damaged ({fault.Message}). Stop everything that uses it, and put a backup of it in its place, without the files repohost.db-wal and repohost.db-shm of the damaged one.",
        ReadOnly or CannotOpen => $"The database repohost.db in the data directory can't be opened for writing ({fault.Message}). The account that runs the server must own the directory and all that is in it.",
        Full => "The disk with the data directory is full. Make room, and start again.",
        InputOutput => $"The database repohost.db in the data directory can't be read or written ({fault.Message}). Look at the disk.",
        Busy or Locked => "Another program holds the database repohost.db in the data directory. End it, and start again.",
        _ => $"The database repohost.db in the data directory can't be used ({fault.Message}). It may be of a newer version of this program, or damaged.",
    };
}
