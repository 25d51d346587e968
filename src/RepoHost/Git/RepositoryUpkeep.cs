using System.Threading.Channels;
using RepoHost.Storage;

namespace RepoHost.Git;

/// <summary>
/// Every push and commit leaves a pack of its own; when there are many, the small ones are rolled up into larger ones, in the background and one repository at a
/// time. Nothing is thrown away: also objects that no ref reaches stay. Refs are put into one file likewise, or every list of them would read a file for each.
/// </summary>
internal sealed partial class RepositoryUpkeep(GitRepositories repositories, TimeProvider time, ILogger<RepositoryUpkeep> logger) : BackgroundService
{
    /// <summary>Look-ups ask each pack's index in turn, so they should not be many.</summary>
    public const int MostPacks = 50;

    /// <summary>Refs in files of their own.</summary>
    public const int MostLooseRefs = 200;

    private static readonly TimeSpan LeftoverLife = TimeSpan.FromDays(1);

    private readonly Channel<string> due = Channel.CreateBounded<string>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Told of a repository whose packs were rolled up, on the thread that did it.</summary>
    public event Action<string>? RolledUp;

    /// <summary>To be called after a write. Cheap; when too much is waiting already, the next write will ask again.</summary>
    public void Consider(string repositoryId)
    {
        if (CountPacks(repositoryId) > MostPacks || HasManyLooseRefs(repositoryId))
            due.Writer.TryWrite(repositoryId);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var repositoryId in due.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                if (CountPacks(repositoryId) > MostPacks)
                    await RollUpAsync(repositoryId, stoppingToken);
                if (HasManyLooseRefs(repositoryId))
                    await PackRefsAsync(repositoryId, stoppingToken);
            }
            catch (Exception e) when (e is GitProgramException or RepositoryBusyException or IOException or UnauthorizedAccessException)
            {
                Log.Failed(logger, repositoryId, e);
            }
        }
    }

    private async Task RollUpAsync(string repositoryId, CancellationToken cancellationToken)
    {
        var folder = repositories.PathOf(repositoryId);
        RemoveLeftovers(folder);

        // One thread: downloads are more urgent.
        await GitProgram.RunAsync(GitProgram.Describe(folder, "-c", "pack.threads=1", "repack", "--quiet", "--geometric=2", "-d", "-l"), null, null, cancellationToken);

        // Open handles may know only packs that are gone now.
        repositories.CloseHandles(repositoryId);
        var left = CountPacks(repositoryId);
        Log.RolledUp(logger, repositoryId, left);
        RolledUp?.Invoke(repositoryId);
    }

    /// <summary>Holding the repository's lock: whoever holds it takes lock files of git's for leftovers.</summary>
    private async Task PackRefsAsync(string repositoryId, CancellationToken cancellationToken)
    {
        var folder = repositories.PathOf(repositoryId);
        using var held = await RepositoryLock.TryAcquireAsync(folder, cancellationToken);
        if (held is null)
            return;
        // To its end: what is killed in between leaves a lock file.
        await GitProgram.RunAsync(GitProgram.Describe(folder, "pack-refs", "--all", "--prune"), null, null, CancellationToken.None);
        DurableFolder.Flush(folder);
        Log.RefsPacked(logger, repositoryId);
    }

    private bool HasManyLooseRefs(string repositoryId)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(repositories.PathOf(repositoryId), "refs"), "*", SearchOption.AllDirectories).Skip(MostLooseRefs).Any();
        }
        catch (DirectoryNotFoundException)
        {
            // Deleted meanwhile, or a folder of it emptied.
            return false;
        }
    }

    private int CountPacks(string repositoryId)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(repositories.PathOf(repositoryId), "objects", "pack"), "*.pack").Count();
        }
        catch (DirectoryNotFoundException)
        {
            // Deleted meanwhile.
            return 0;
        }
    }

    /// <summary>What a roll-up that was killed has left.</summary>
    private void RemoveLeftovers(string folder)
    {
        foreach (var file in new DirectoryInfo(Path.Combine(folder, "objects", "pack")).EnumerateFiles("*tmp*pack*"))
        {
            if (file.Name[0] is '.' or 't' && time.GetUtcNow() - file.LastWriteTimeUtc > LeftoverLife)
                file.Delete();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Packs of repository {RepositoryId} were rolled up; there are {Count} now")]
        public static partial void RolledUp(ILogger logger, string repositoryId, int count);

        [LoggerMessage(Level = LogLevel.Information, Message = "Refs of repository {RepositoryId} were packed into one file")]
        public static partial void RefsPacked(ILogger logger, string repositoryId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Packs or refs of repository {RepositoryId} could not be rolled up; it works on with many")]
        public static partial void Failed(ILogger logger, string repositoryId, Exception cause);
    }
}
