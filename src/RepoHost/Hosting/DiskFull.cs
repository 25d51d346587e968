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

    /// <summary>
    /// Asks the disk itself whether a page can be written. Programs do not always give the system's word for it: git's "couldn't write refs/heads/x.lock" may be anything.
    /// </summary>
    /// <returns>The fault; null when there is room, and when that is not what is wrong.</returns>
    public static IOException? Ask(string folder)
    {
        try
        {
            using var page = new FileStream(Path.Combine(folder, $"room-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
            page.Write(new byte[4096]);
            page.Flush(flushToDisk: true);
            return null;
        }
        catch (IOException e)
        {
            return Is(e) ? e : null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What a program says that we started, in the C locale, as the exception that the runtime would have thrown here; null if it is about something else.</summary>
    public static IOException? Read(string complaint) =>
        complaint.Contains("No space left on device", StringComparison.Ordinal) || complaint.Contains("Disk quota exceeded", StringComparison.Ordinal)
            ? new IOException(complaint, Codes[0])
            : null;
}
