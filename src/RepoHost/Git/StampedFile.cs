namespace RepoHost.Git;

/// <summary>
/// The parsed content of a small file that other processes replace. A kept value is used only while the stamp is unchanged and the file was
/// already older than a second when it was read: two changes within one tick of the file system's clock look alike (git's index calls this "racily clean").
/// </summary>
internal sealed class StampedFile<T>(string path, Func<byte[], T> parse, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private readonly StampReader stamps = new(path);
    private volatile Reading? kept;

    /// <summary>Null if there is no such file (a folder of that name is not one).</summary>
    public T? Read()
    {
        if (stamps.Read() is not { } stamp)
        {
            kept = null;
            return null;
        }

        // The stamp is taken before the content: if the file is replaced in between, the next stamp differs and it is read again.
        if (kept is { } reading && reading.Stamp == stamp)
            return reading.Value;
        var now = time.GetUtcNow().UtcDateTime;
        var content = ReadOrNull();
        if (content is null)
            return null;
        var value = parse(content);
        kept = now - stamp.ModifiedAt > Settled ? new Reading(stamp, value) : null;
        return value;
    }

    private byte[]? ReadOrNull()
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is UnauthorizedAccessException && Directory.Exists(path)))
        {
            return null;
        }
    }

    private sealed record Reading(FileStamp Stamp, T Value);
}
