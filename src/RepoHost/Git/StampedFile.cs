namespace RepoHost.Git;

/// <summary>
/// The parsed content of a small file that other processes replace. A kept value is used only while length and modification time are unchanged and the file was
/// already older than a second when it was read: two changes within one tick of the file system's clock look alike (git's index calls this "racily clean").
/// </summary>
internal sealed class StampedFile<T>(string path, Func<byte[], T> parse, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private volatile Reading? kept;

    /// <summary>Null if there is no such file (a folder of that name is not one).</summary>
    public T? Read()
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            kept = null;
            return null;
        }

        // Length and time are taken before the content: if the file is replaced in between, the next stamp differs and it is read again.
        var (length, changed) = (file.Length, file.LastWriteTimeUtc);
        if (kept is { } reading && reading.Length == length && reading.Changed == changed)
            return reading.Value;
        var now = time.GetUtcNow().UtcDateTime;
        var content = ReadOrNull();
        if (content is null)
            return null;
        var value = parse(content);
        kept = now - changed > Settled ? new Reading(length, changed, value) : null;
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

    private sealed record Reading(long Length, DateTime Changed, T Value);
}
