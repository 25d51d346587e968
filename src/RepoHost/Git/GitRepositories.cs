using Microsoft.Extensions.Options;
using RepoHost.Storage;

namespace RepoHost.Git;

/// <summary>The bare repositories under one folder: <c>{root}/{first two hex of id}/{id}.git</c>.</summary>
internal sealed class GitRepositories : IDisposable
{
    private const int IdLength = 24;
    private const int OpenedWeight = 4096;
    private const long OpenedBudget = 64L << 20;
    private static readonly TimeSpan UnfinishedLife = TimeSpan.FromDays(1);

    private readonly string root;
    private readonly TimeProvider time;
    private readonly HandlePool handles;
    private readonly BoundedCache<ObjectKey> cache;
    private readonly SpillCache spill;
    private readonly BoundedCache<string> opened = new(OpenedBudget);
    private long lastNumber;

    public GitRepositories(IOptions<GitOptions> options, TimeProvider time)
    {
        var settings = options.Value;
        root = settings.RootFolder;
        this.time = time;
        handles = new HandlePool(settings.HandlePoolSize, time);
        cache = new BoundedCache<ObjectKey>(settings.CacheBytes);
        spill = new SpillCache(settings.SpillFolder, settings.SpillBytes, time);
        RemoveLeftovers();
    }

    /// <summary>Neither opens nor checks anything yet.</summary>
    public GitRepository Open(string repositoryId)
    {
        if (opened.TryGet<GitRepository>(repositoryId, out var known))
            return known;
        var folder = PathOf(repositoryId);
        // The number makes cached objects of a deleted repository unreachable, even if its id came back.
        var objects = new ObjectReader(repositoryId, Interlocked.Increment(ref lastNumber), folder, handles, cache);
        opened.Add(repositoryId, new GitRepository(repositoryId, folder, new RefStore(repositoryId, folder, time), objects, spill), OpenedWeight);
        return opened.TryGet<GitRepository>(repositoryId, out known) ? known : Open(repositoryId);
    }

    /// <summary>An empty bare repository whose default branch is <c>main</c>; it appears as a whole or not at all.</summary>
    public GitRepository Create(string repositoryId)
    {
        var folder = PathOf(repositoryId);
        if (Directory.Exists(folder))
            throw new IOException($"The repository {repositoryId} exists already.");
        var unfinished = Path.Combine(UnfinishedFolder, Guid.NewGuid().ToString("N"));
        BareRepository.Write(unfinished);
        DurableFolder.Create(Path.GetDirectoryName(folder)!);
        Directory.Move(unfinished, folder);
        DurableFolder.Flush(Path.GetDirectoryName(folder)!);
        return Open(repositoryId);
    }

    /// <summary>
    /// A place for objects that are to become part of the repository; thrown away when disposed. Throws <see cref="DirectoryNotFoundException"/> when the
    /// repository is gone, whose folder it would otherwise make anew.
    /// </summary>
    public Quarantine OpenQuarantine(string repositoryId) => Quarantine.Open(
        Exists(repositoryId) ? PathOf(repositoryId) : throw new DirectoryNotFoundException($"There is no repository {repositoryId}."),
        time,
        folder => new GitRepository(repositoryId, folder, new RefStore(repositoryId, folder, time), new ObjectReader(repositoryId, Interlocked.Increment(ref lastNumber), folder, handles, cache), spill),
        handles.Forget);

    /// <summary>Nothing happens if it does not exist.</summary>
    public void Delete(string repositoryId)
    {
        var folder = PathOf(repositoryId);
        var doomed = Path.Combine(DoomedFolder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(DoomedFolder);
        try
        {
            // Renamed first: from here on no reader finds half a repository.
            Directory.Move(folder, doomed);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        DurableFolder.Flush(Path.GetDirectoryName(folder)!);
        opened.Remove(repositoryId);
        handles.Forget(folder);
        spill.Forget(repositoryId);
        Directory.Delete(doomed, recursive: true);
    }

    /// <summary>Kept handles are closed; those in use end with their use.</summary>
    public void CloseHandles(string repositoryId) => handles.Forget(PathOf(repositoryId));

    public bool Exists(string repositoryId) => File.Exists(Path.Combine(PathOf(repositoryId), "HEAD"));

    /// <summary>The folder of the bare repository, for the git program.</summary>
    public string PathOf(string repositoryId) => Hex.IsLower(repositoryId, IdLength)
        ? Path.Combine(root, repositoryId[..2], repositoryId + ".git")
        : throw new ArgumentException("The id of a repository has 24 lower-case hex digits.", nameof(repositoryId));

    public void Dispose()
    {
        handles.Dispose();
        spill.Dispose();
    }

    private string UnfinishedFolder => Path.Combine(root, ".new");
    private string DoomedFolder => Path.Combine(root, ".deleted");

    private void RemoveLeftovers()
    {
        if (Directory.Exists(DoomedFolder))
            Directory.Delete(DoomedFolder, recursive: true);
        if (!Directory.Exists(UnfinishedFolder))
            return;
        // Another node on the same volume may be creating one just now.
        foreach (var folder in new DirectoryInfo(UnfinishedFolder).EnumerateDirectories())
        {
            if (time.GetUtcNow() - folder.LastWriteTimeUtc > UnfinishedLife)
                folder.Delete(recursive: true);
        }
    }
}
