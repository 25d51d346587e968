namespace RepoHost.Git;

/// <summary>
/// The right to change a repository's refs: one holder over all processes and nodes that share the data directory. The operating system gives it back when
/// its holder dies, however that happens.
/// </summary>
internal sealed class RepositoryLock : IDisposable
{
    private const string FileName = "repohost.lock";
    private const int Stripes = 64;

    // How .NET says that somebody else has it: errno EWOULDBLOCK of flock(2), ERROR_SHARING_VIOLATION. A full disk, say, is not waited for.
    private const int LockedOnLinux = 11;
    private const int LockedOnMac = 35;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Within this process one waits in line; only the first of each line asks the file.
    private static readonly SemaphoreSlim[] Lines = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    private readonly SemaphoreSlim line;
    private readonly FileStream file;

    private RepositoryLock(SemaphoreSlim line, FileStream file) => (this.line, this.file) = (line, file);

    /// <summary>Not to be nested, not even for two repositories. Throws <see cref="RepositoryBusyException"/> when it can't be had in half a minute.</summary>
    public static async Task<RepositoryLock> AcquireAsync(string folder, CancellationToken cancellationToken) =>
        await TryAcquireAsync(folder, cancellationToken) ?? throw new DirectoryNotFoundException($"{folder} is gone.");

    /// <summary>Null when there is no such repository any more; otherwise like <see cref="AcquireAsync"/>.</summary>
    public static async Task<RepositoryLock?> TryAcquireAsync(string folder, CancellationToken cancellationToken)
    {
        var line = Lines[(uint)StringComparer.Ordinal.GetHashCode(folder) % Stripes];
        if (!await line.WaitAsync(Patience, cancellationToken))
            throw Busy();
        try
        {
            for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
            {
                if (TryOpen(Path.Combine(folder, FileName)) is { } file)
                    return new RepositoryLock(line, file);
                await Task.Delay(Pause, cancellationToken);
            }

            throw Busy();
        }
        catch (DirectoryNotFoundException)
        {
            line.Release();
            return null;
        }
        catch
        {
            line.Release();
            throw;
        }
    }

    public void Dispose()
    {
        file.Dispose();
        line.Release();
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
}
