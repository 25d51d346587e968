using System.Text.Json;
using System.Text.RegularExpressions;

namespace RepoHost.Lfs;

/// <summary>What a file must hold by the cache's own word: the SHA-256 of an LFS object, or the id of a git blob.</summary>
internal readonly record struct HubCacheHash(string? Sha256, string? GitBlob)
{
    public static HubCacheHash Of(string name) => name.Length switch
    {
        64 when IsHex(name) => new(name, null),
        40 when IsHex(name) => new(null, name),
        _ => default,
    };

    public bool IsKnown => Sha256 is not null || GitBlob is not null;

    private static bool IsHex(string text) => !text.AsSpan().ContainsAnyExcept(Git.Hex.LowerDigits);
}

/// <summary>
/// A snapshot in the cache of huggingface_hub (its guide "Understand caching"): <c>models--a--b/snapshots/{commit}</c> holds links to <c>models--a--b/blobs/{hash}</c>, which may
/// be links themselves to blobs that repositories share; where links are not to be had it holds the files. <c>trees/{commit}.json</c> lists what the commit has.
/// </summary>
/// <param name="Root">The cache: nothing outside of it is read.</param>
/// <param name="Repository">The folder of the repository in it.</param>
/// <param name="Folder">What is to be imported.</param>
/// <param name="Commit">The commit that the snapshot is of.</param>
/// <param name="Listed">The commit's files, and what is known of each; null without a list.</param>
internal sealed partial record HubCache(string Root, string Repository, string Folder, string Commit, IReadOnlyDictionary<string, HubCacheHash>? Listed)
{
    private const string Snapshots = "snapshots";
    private const int MostHops = 8;
    private const int MostListBytes = 256 << 20;

    /// <summary>The repository as people name it, and the commit.</summary>
    public string Title => $"{Path.GetFileName(Repository).Split("--", 2)[1].Replace("--", "/", StringComparison.Ordinal)} at {Commit}";

    /// <summary>Null when the folder has nothing to do with such a cache.</summary>
    /// <param name="folder">A full path.</param>
    public static HubCache? Find(string folder)
    {
        for (var here = folder; here is not null; here = Path.GetDirectoryName(here))
        {
            if (!RepositoryFolder().IsMatch(Path.GetFileName(here)) || !Directory.Exists(Path.Combine(here, Snapshots)))
                continue;
            var inside = Path.GetRelativePath(here, folder);
            var pieces = inside is "." ? [] : inside.Split(Path.DirectorySeparatorChar);
            if (pieces is not ([] or [Snapshots] or [Snapshots, ..]))
                throw new ImportException($"{folder} is a part of a Hugging Face cache that holds no files by their names. Import {here} instead.");
            var commit = pieces.Length > 1 ? pieces[1] : Newest(here);
            return new(Path.GetDirectoryName(here)!, here, pieces.Length > 1 ? folder : Path.Combine(here, Snapshots, commit), commit, ReadList(here, commit));
        }

        if (Directory.EnumerateDirectories(folder).FirstOrDefault(inner => RepositoryFolder().IsMatch(Path.GetFileName(inner)) && Directory.Exists(Path.Combine(inner, Snapshots))) is { } one)
            throw new ImportException($"{folder} is a whole Hugging Face cache. Import one repository of it, such as {one}.");
        return null;
    }

    /// <summary>The file that a link leads to, and what it must hold. Every step must stay inside the cache.</summary>
    public (FileInfo File, HubCacheHash Hash) Follow(string link)
    {
        var (here, hash) = (link, default(HubCacheHash));
        for (var hops = 0; hops < MostHops; hops++)
        {
            if (new FileInfo(here).LinkTarget is not { } target)
                return new FileInfo(here) is { Exists: true } file ? (file, hash) : throw Broken(link, here);
            here = Path.GetFullPath(target, Path.GetDirectoryName(here)!);
            if (!IsInside(here))
                throw new ImportException($"{link} is a link to {here}, which is outside of the cache {Root}. Nothing was imported; take the link out, or put the file in its place.");
            if (Directory.Exists(here))
                throw new ImportException($"{link} is a link to the folder {here}. In a Hugging Face cache links lead to files. Nothing was imported.");
            if (string.Equals(Path.GetDirectoryName(here), Path.Combine(Repository, "blobs"), StringComparison.Ordinal) && !hash.IsKnown)
                hash = HubCacheHash.Of(Path.GetFileName(here));
        }

        throw new ImportException($"{link} leads from link to link without an end. Nothing was imported.");
    }

    /// <summary>What a file must hold; nothing is known of one that no list names and no blob's name tells of.</summary>
    public HubCacheHash HashOf(string path, HubCacheHash byName) => Listed?.GetValueOrDefault(InCommit(path)) is { IsKnown: true } listed ? listed : byName;

    /// <summary>How many files of the commit are not here, and the first of them. Of a folder within the snapshot nothing is said.</summary>
    public (int Count, string? First) Missing(IEnumerable<string> taken)
    {
        if (Listed is null || InCommit("x") != "x")
            return default;
        var there = taken.ToHashSet(StringComparer.Ordinal);
        var missing = Listed.Keys.Where(path => !there.Contains(path)).ToArray();
        return (missing.Length, missing.Order(StringComparer.Ordinal).FirstOrDefault());
    }

    private string InCommit(string path)
    {
        var below = Path.GetRelativePath(Path.Combine(Repository, Snapshots, Commit), Folder);
        return below == "." ? path : $"{below.Replace(Path.DirectorySeparatorChar, '/')}/{path}";
    }

    /// <summary>By its text, and with no link among the folders on the way, which could lead out again.</summary>
    private bool IsInside(string path)
    {
        if (!path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return false;
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > Root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return false;
        }

        return true;
    }

    private static ImportException Broken(string link, string target) =>
        new($"{link} is a link to {target}, which is not there: its download was not finished. Download the repository again, then import it. Nothing was imported.");

    /// <summary>The commit that <c>refs/main</c> names, or the only one that there is.</summary>
    private static string Newest(string repository)
    {
        var all = Directory.GetDirectories(Path.Combine(repository, Snapshots)).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal).ToArray();
        var main = Path.Combine(repository, "refs", "main");
        if (File.Exists(main) && File.ReadAllText(main).Trim() is var named && all.Contains(named))
            return named;
        return all switch
        {
            [var only] => only,
            [] => throw new ImportException($"{repository} holds no snapshot: nothing was downloaded into it."),
            _ => throw new ImportException($"{repository} holds {all.Length} snapshots, and refs/main names none of them. Import one, such as {Path.Combine(repository, Snapshots, all[0])}."),
        };
    }

    /// <summary>Null when there is none, or it is of a form that is not known.</summary>
    private static Dictionary<string, HubCacheHash>? ReadList(string repository, string commit)
    {
        var file = new FileInfo(Path.Combine(repository, "trees", commit + ".json"));
        if (!file.Exists || file.LinkTarget is not null || file.Length > MostListBytes)
            return null;
        try
        {
            using var list = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            if (list.RootElement.GetProperty("format_version").GetInt32() != 1)
                return null;
            var hashes = new Dictionary<string, HubCacheHash>(StringComparer.Ordinal);
            foreach (var entry in list.RootElement.GetProperty("files").EnumerateObject())
            {
                hashes[entry.Name] = entry.Value.TryGetProperty("lfs_sha256", out var sha) && sha.ValueKind == JsonValueKind.String
                    ? HubCacheHash.Of(sha.GetString()!) : HubCacheHash.Of(entry.Value.GetProperty("blob_id").GetString() ?? "");
            }

            return hashes;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    [GeneratedRegex("^(models|datasets|spaces|kernels)--.")]
    private static partial Regex RepositoryFolder();
}
