using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace RepoHost.Data;

/// <summary>Where the SQLite database lies and how it is opened.</summary>
internal static class DatabaseFile
{
    private static readonly SqliteSettings Settings = new();

    public static string In(string dataDirectory) => Path.Combine(dataDirectory, "repohost.db");

    public static void Use(DbContextOptionsBuilder options, string path)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, ForeignKeys = true };
        options.UseSqlite(connection.ToString());
        options.AddInterceptors(Settings);
    }
}
