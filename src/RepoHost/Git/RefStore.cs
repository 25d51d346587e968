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

    /// <summary>All refs under a prefix such as <c>refs/heads/</c>, by ordinal name. Broken ones are left out, as git does with a warning.</summary>
    public SortedDictionary<string, GitOid> List(string prefix)
    {
        var found = new SortedDictionary<string, GitOid>(StringComparer.Ordinal);
        foreach (var name in LooseNames(prefix))
        {
            try
            {
                if (Resolve(name) is { } oid)
                    found[name] = oid;
            }
            catch (GitCorruptException)
            {
            }
        }

        foreach (var (name, oid) in packed.Read()?.All ?? [])
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && IsRef(name) && !found.ContainsKey(name))
                found[name] = oid;
        }

        return found;
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

    private List<string> LooseNames(string prefix)
    {
        var root = new DirectoryInfo(Path.Combine(folder, prefix));
        try
        {
            return root.Exists
                ? [.. root.EnumerateFiles("*", SearchOption.AllDirectories)
                    .Select(file => prefix + Path.GetRelativePath(root.FullName, file.FullName).Replace(Path.DirectorySeparatorChar, '/'))
                    .Where(IsRef)]
                : [];
        }
        catch (DirectoryNotFoundException)
        {
            // pack-refs removed the emptied folder meanwhile; what was in it is in packed-refs now.
            return [];
        }
    }

    private sealed record Loose(RefValue? Value)
    {
        public static Loose Parse(byte[] content) => new(RefValue.Parse(content));
    }
}
