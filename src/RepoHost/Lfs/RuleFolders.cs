using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>What a folder has to say.</summary>
/// <param name="Text">Its <c>.gitattributes</c> or <c>.gitignore</c>; null if there is none.</param>
/// <param name="AnyBelow">Folders in it may have one. Where nothing is, nobody needs to look further down.</param>
internal readonly record struct FolderRules(string? Text, bool AnyBelow);

/// <summary>The folders that paths lead through, each read once, when the first path needs it.</summary>
/// <param name="read">Asked for the rules of a folder.</param>
/// <param name="parse">Makes something of a text.</param>
internal sealed class RuleFolders<TRules>(Func<TreePath, FolderRules> read, Func<string, bool, TRules> parse, GlobWork work)
    where TRules : class
{
    // A folder in memory, and the look for its file, which leads from the root to it.
    private const int StepsPerFolder = 100;
    private const int StepsPerLevel = 10;

    private Folder? root;

    /// <summary>The folders from the root to the one that the path lies in.</summary>
    /// <param name="found">Is emptied first.</param>
    /// <param name="all">Also those that can't have rules.</param>
    public void Find(TreePath path, List<Folder> found, bool all)
    {
        found.Clear();
        found.Add(root ??= Read(TreePath.Root, 0));
        var text = path.Value.AsSpan();
        for (var at = 0; (all || found[^1].AnyBelow) && text[at..].IndexOf('/') is >= 0 and var length; at += length + 1)
            found.Add(Child(found[^1], text.Slice(at, length), path.Value, at + length, found.Count));
    }

    private Folder Child(Folder parent, ReadOnlySpan<char> name, string path, int length, int level)
    {
        work.Spend(1);
        var children = parent.Children.GetAlternateLookup<ReadOnlySpan<char>>();
        if (children.TryGetValue(name, out var known))
            return known;
        // The beginning of a path is one.
        return children[name] = parent.AnyBelow ? Read(TreePath.Parse(path[..length]), level) : Nothing();
    }

    private Folder Read(TreePath path, int level)
    {
        work.Spend(StepsPerFolder + (StepsPerLevel * level));
        var (text, anyBelow) = read(path);
        if (text is not null)
            work.Spend(text.Length);
        return new Folder(text is null ? null : parse(text, path.IsRoot), anyBelow);
    }

    private Folder Nothing()
    {
        work.Spend(StepsPerFolder);
        return new Folder(null, false);
    }

    internal sealed class Folder(TRules? rules, bool anyBelow)
    {
        public TRules? Rules { get; } = rules;
        public bool AnyBelow { get; } = anyBelow;

        /// <summary>For whoever decides about whole folders; null until then.</summary>
        public bool? IsIgnored { get; set; }

        public Dictionary<string, Folder> Children => field ??= new(StringComparer.Ordinal);
    }
}
