using Microsoft.Data.Sqlite;

namespace RepoHost.Hosting;

/// <summary>The one fault of the disk that has an answer of its own.</summary>
internal static class DiskFull
{
    public const string Sentence = "The server's disk is full. Nothing was changed; tell its operator.";

    // ENOSPC and EDQUOT on Linux, ERROR_DISK_FULL on Windows.
    private static readonly int[] Codes = [28, 122, unchecked((int)0x80070070)];

    public static bool Is(IOException exception) => Codes.Contains(exception.HResult);

    /// <summary>Also as the cause of something else, and in the database (SQLITE_FULL).</summary>
    public static bool IsCauseOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if ((cause is IOException io && Is(io)) || cause is SqliteException { SqliteErrorCode: 13 })
                return true;
        }

        return false;
    }

    /// <summary>What a program says that we started, in the C locale, as the exception that the runtime would have thrown here; null if it is about something else.</summary>
    public static IOException? Read(string complaint) =>
        complaint.Contains("No space left on device", StringComparison.Ordinal) || complaint.Contains("Disk quota exceeded", StringComparison.Ordinal)
            ? new IOException(complaint, Codes[0])
            : null;
}
