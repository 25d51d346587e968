using System.Collections.Concurrent;

namespace RepoHost.Git;

/// <summary>
/// Reads refs as gitrepository-layout describes them: HEAD, a loose file, else <c>packed-refs</c>; one or two stats when nothing changed. Nothing is
/// believed longer than the files say, so a push by any process is seen by the next call.
/// </summary>
internal sealed class RefStore(string repositoryId, string folder, TimeProvider time)
{
    private const int MostKept = 1024;
    private const int MostSymbolicSteps = 5;

    private readonly ConcurrentDictionary<string, StampedFile<Loose>> loose = new(StringComparer.Ordinal);
    private readonly StampedFile<Loose> head = new(Path.Combine(folder, "HEAD"), Loose.Parse, time);
    private readonly StampedFile<PackedRefs> packed = new(Path.Combine(folder, "packed-refs"), PackedRefs.Parse, time);

    private readonly RefFolders folders = new(folder, time);

    /// <summary>The branch that HEAD names; null when HEAD is a commit itself.</summary>
    public string? HeadTarget() => ReadHead().Symbolic;

    public GitOid? Head() => HeadNow().Target;

    /// <summary>The branch that HEAD names and what it points at, read together.</summary>
    public (string? Branch, GitOid? Target) HeadNow()
    {
        var value = ReadHead();
        return value.Symbolic is { } name ? (name, Resolve(name)) : (null, value.Target);
    }

    /// <summary>The object that a full ref points at; an annotated tag is not peeled here.</summary>
    public GitOid? Resolve(string fullName)
    {
        for (var step = 0; step < MostSymbolicSteps; step++)
        {
            // The loose file first: pack-refs writes packed-refs before it deletes the loose file, so this order never misses a ref.
            // Names in 'loose' were checked when they came in.
            if (!loose.ContainsKey(fullName) && !IsRef(fullName))
                return null;
            if (ReadLoose(fullName) is not { } value)
                return packed.Read()?.Find(fullName);
            if (value.Symbolic is null)
                return value.Target;
            fullName = value.Symbolic;
        }

        return null;
    }

    /// <summary>All refs as they are now. Broken ones are left out, as git does with a warning.</summary>
    public RefSnapshot Snapshot() => folders.Now(() => packed.Read()?.All.Where(pair => IsRef(pair.Key)) ?? [], ResolveListed);

    /// <summary>How many files have been read for <see cref="Snapshot"/>, for tests.</summary>
    public long LooseRead => folders.LooseRead;

    /// <summary>Read once and not kept: lists are kept as a whole, and thousands would push out the few that every request asks for.</summary>
    private GitOid? ResolveListed(string name)
    {
        try
        {
            return ReadOnce(name) is not { } value ? Resolve(name) : value.Symbolic is { } target ? Resolve(target) : value.Target;
        }
        catch (GitCorruptException)
        {
            return null;
        }
    }

    private RefValue? ReadOnce(string name)
    {
        try
        {
            return RefValue.Parse(File.ReadAllBytes(Path.Join(folder, name)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static bool IsRef(string fullName) => fullName.StartsWith("refs/", StringComparison.Ordinal) && RefName.IsValid(fullName);

    private RefValue ReadHead()
    {
        var value = head.Read()?.Value ?? throw new GitCorruptException(repositoryId, "HEAD is missing or can't be read.");
        // gitrepository-layout: such a repository has a HEAD that names an invalid branch, to keep older readers out.
        return value.Symbolic == "refs/heads/.invalid"
            ? throw new GitCorruptException(repositoryId, "its refs are stored as a reftable, which is not supported; convert it to the files format.")
            : value;
    }

    private RefValue? ReadLoose(string fullName)
    {
        if (!loose.TryGetValue(fullName, out var file))
        {
            var path = Path.Join(folder, fullName);
            if (!File.Exists(path))
                return null;
            file = new StampedFile<Loose>(path, Loose.Parse, time);
        }

        var read = file.Read();
        if (read is null)
        {
            loose.TryRemove(fullName, out _);
            return null;
        }

        if (loose.Count >= MostKept)
            loose.Clear();
        loose.TryAdd(fullName, file);
        return read.Value ?? throw new GitCorruptException(repositoryId, $"the ref {fullName} can't be read.");
    }

    private sealed record Loose(RefValue? Value)
    {
        public static Loose Parse(byte[] content) => new(RefValue.Parse(content));
    }
}
