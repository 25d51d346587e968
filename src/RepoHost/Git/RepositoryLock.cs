namespace RepoHost.Git;

/// <summary>
/// The right to change a repository's refs: one holder over all processes and nodes that share the data directory. The operating system gives it back when
/// its holder dies, however that happens.
/// </summary>
internal sealed class RepositoryLock : IDisposable
{
    private const string FileName = "repohost.lock";

    // How .NET says that somebody else has it: errno EWOULDBLOCK of flock(2), ERROR_SHARING_VIOLATION. A full disk, say, is not waited for.
    private const int LockedOnLinux = 11;
    private const int LockedOnMac = 35;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Within this process one waits in line; only the first of each line asks the file. Each repository has a line of its own: with a few lines for all of them, one
    // that is held for long would keep others waiting that have nothing to do with it.
    private static readonly Dictionary<string, Line> Lines = new(StringComparer.Ordinal);

    private readonly Line line;
    private readonly FileStream file;

    private RepositoryLock(Line line, FileStream file) => (this.line, this.file) = (line, file);

    /// <summary>Not to be nested for one repository. Throws <see cref="RepositoryBusyException"/> when it can't be had in half a minute.</summary>
    public static async Task<RepositoryLock> AcquireAsync(string folder, CancellationToken cancellationToken) =>
        await TryAcquireAsync(folder, cancellationToken) ?? throw new DirectoryNotFoundException($"{folder} is gone.");

    /// <summary>Null when there is no such repository any more; otherwise like <see cref="AcquireAsync"/>.</summary>
    public static async Task<RepositoryLock?> TryAcquireAsync(string folder, CancellationToken cancellationToken)
    {
        var line = Line.Join(folder);
        try
        {
            if (!await line.Turn.WaitAsync(Patience, cancellationToken))
                throw Busy();
        }
        catch
        {
            line.Leave();
            throw;
        }

        RepositoryLock? held = null;
        try
        {
            for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
            {
                if (TryOpen(Path.Combine(folder, FileName)) is { } file)
                    return held = new RepositoryLock(line, file);
                await Task.Delay(Pause, cancellationToken);
            }

            throw Busy();
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        finally
        {
            if (held is null)
                line.EndTurn();
        }
    }

    public void Dispose()
    {
        file.Dispose();
        line.EndTurn();
    }

    private static RepositoryBusyException Busy() => new();

    private static FileStream? TryOpen(string path)
    {
        try
        {
            // FileShare.None is flock(2) here: advisory, and released with the process.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult is LockedOnLinux or LockedOnMac or LockedOnWindows)
        {
            return null;
        }
    }

    /// <summary>Those in this process who hold or want the lock of one folder; forgotten when the last of them has left.</summary>
    private sealed class Line(string folder)
    {
        private int members;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public static Line Join(string folder)
        {
            lock (Lines)
            {
                if (!Lines.TryGetValue(folder, out var line))
                    Lines[folder] = line = new Line(folder);
                line.members++;
                return line;
            }
        }

        public void EndTurn()
        {
            Turn.Release();
            Leave();
        }

        public void Leave()
        {
            lock (Lines)
            {
                if (--members == 0)
                    Lines.Remove(folder);
            }
        }
    }
}
