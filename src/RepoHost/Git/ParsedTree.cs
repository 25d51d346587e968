using System.Text;
using LibGit2Sharp;

namespace RepoHost.Git;

/// <summary>
/// One tree object, in the order of listings (folders first, each kind by ordinal name) with a dictionary by name: libgit2 parses the whole object
/// for every look-up, 15 ms in a folder of 100,000. Sizes are asked when somebody wants them.
/// </summary>
internal sealed class ParsedTree
{
    private const long UnknownSize = -1;

    private readonly TreeItem[] items;
    private readonly Dictionary<string, int> positions;
    private readonly long[] sizes;

    private ParsedTree(TreeItem[] items)
    {
        this.items = items;
        positions = new Dictionary<string, int>(items.Length, StringComparer.Ordinal);
        sizes = new long[items.Length];
        for (var at = 0; at < items.Length; at++)
        {
            positions.TryAdd(items[at].Name, at);
            sizes[at] = items[at].Kind is GitEntryKind.Directory or GitEntryKind.Submodule ? 0 : UnknownSize;
            Weight += 120 + (2 * items[at].Name.Length);
        }
    }

    public int Count => items.Length;
    public long Weight { get; } = 200;
    public TreeItem this[int at] => items[at];

    /// <summary>Null when a name is not certain: libgit2 gives each byte that is no UTF-8 as the same U+FFFD, and knows nothing of <see cref="PathSpelling"/>.</summary>
    public static ParsedTree? TryFrom(Tree tree)
    {
        var items = new List<TreeItem>();
        foreach (var entry in tree)
        {
            if (entry.Name.Contains('\ufffd', StringComparison.Ordinal) || PathSpelling.HoldsBytes(entry.Name))
                return null;
            items.Add(new TreeItem(entry.Name, KindOf(entry.Mode), GitOid.FromBytes(entry.Target.Id.RawId)));
        }

        return From(items);
    }

    /// <summary>From the object itself.</summary>
    public static ParsedTree From(List<TreeBytesEntry> entries) =>
        From(entries.ConvertAll(entry => new TreeItem(PathSpelling.Read(Encoding.Latin1.GetBytes(entry.Name)), TreeBytes.KindOf(entry.Mode), entry.Oid)));

    private static ParsedTree From(List<TreeItem> items)
    {
        items.Sort(static (a, b) => Compare(a.Kind == GitEntryKind.Directory, a.Name, b));
        return new ParsedTree([.. items]);
    }

    public int? PositionOf(string name) => positions.TryGetValue(name, out var at) ? at : null;

    /// <summary>Where the listing goes on after a folder of this name that is not here (any more): at worst entries come twice, never too few.</summary>
    public int PositionAfterFolder(string name)
    {
        var at = 0;
        while (at < items.Length && Compare(true, name, items[at]) >= 0)
            at++;
        return at;
    }

    /// <summary>Sizes of the entries from here on, at most <paramref name="count"/>; the ones not known yet are asked.</summary>
    public void LearnSizes(int from, int count, Func<GitOid, long> sizeOf)
    {
        for (var at = from; at < Math.Min(items.Length, from + count); at++)
        {
            if (Volatile.Read(ref sizes[at]) == UnknownSize)
                Volatile.Write(ref sizes[at], sizeOf(items[at].Oid));
        }
    }

    public bool KnowsSize(int at) => Volatile.Read(ref sizes[at]) != UnknownSize;

    public bool KnowsAllSizes() => !sizes.AsSpan().Contains(UnknownSize);

    public GitEntry Entry(int at, TreePath path) => new(items[at].Kind, items[at].Oid, path, Volatile.Read(ref sizes[at]));

    private static int Compare(bool isFolder, string name, TreeItem other) =>
        isFolder == (other.Kind == GitEntryKind.Directory) ? string.CompareOrdinal(name, other.Name) : isFolder ? -1 : 1;

    private static GitEntryKind KindOf(Mode mode) => mode switch
    {
        Mode.Directory => GitEntryKind.Directory,
        Mode.GitLink => GitEntryKind.Submodule,
        Mode.SymbolicLink => GitEntryKind.Symlink,
        Mode.ExecutableFile => GitEntryKind.Executable,
        _ => GitEntryKind.File,
    };

    public readonly record struct TreeItem(string Name, GitEntryKind Kind, GitOid Oid);
}
