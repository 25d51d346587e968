using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace RepoHost.Data;

/// <summary>
/// What every connection is told, because SQLite remembers none of it in the file. <c>synchronous=FULL</c>: in WAL mode a lower value loses acknowledged
/// commits when the power fails. <c>busy_timeout</c>: SQLite itself waits for another writer, in steps of milliseconds, where the driver would retry every 150.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA busy_timeout=15000; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    // SQLite has no asynchronous I/O; the driver's asynchronous methods run to the end before they return.
    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
