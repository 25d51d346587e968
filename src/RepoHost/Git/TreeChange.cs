using System.Text;

namespace RepoHost.Git;

/// <summary>
/// A folder, or what is to become of one entry in it, on the way to a new tree. Names are git's bytes, one character for each: entries that the change leaves
/// alone keep their exact bytes, also where they are no UTF-8.
/// </summary>
internal sealed class TreeChange
{
    private readonly Dictionary<string, TreeChange> children = new(StringComparer.Ordinal);
    private List<TreeBytesEntry> before = [];

    /// <summary>What was here goes, before anything is written.</summary>
    public bool Removed { get; set; }

    public (string Mode, GitOid Blob)? File { get; set; }

    /// <summary>The tree that <see cref="Build"/> made; null for a folder in which nothing is left.</summary>
    public GitOid? Tree { get; set; }

    public IReadOnlyCollection<TreeChange> Children => children.Values;

    /// <summary>Something in this folder is changed.</summary>
    public bool IsFolder => children.Count > 0;

    public TreeChange At(TreePath path)
    {
        var here = this;
        foreach (var piece in path.Pieces())
        {
            var name = Encoding.Latin1.GetString(PathSpelling.Write(piece));
            if (!here.children.TryGetValue(name, out var child))
                here.children[name] = child = new TreeChange();
            here = child;
        }

        return here;
    }

    /// <summary>Takes the folder as it was.</summary>
    /// <returns>The folders in it that are changed too, with their trees.</returns>
    public List<(TreeChange Folder, GitOid Tree)> TakeBefore(ReadOnlySpan<byte> tree)
    {
        before = TreeBytes.Read(tree);
        List<(TreeChange, GitOid)> further = [];
        foreach (var entry in before)
        {
            if (entry.IsFolder && children.TryGetValue(entry.Name, out var child) && child is { IsFolder: true, Removed: false, File: null })
                further.Add((child, entry.Oid));
        }

        return further;
    }

    /// <summary>The tree object; the folders in this one must have been built. Empty when nothing is left.</summary>
    public byte[] Build()
    {
        var entries = before.FindAll(entry => !children.ContainsKey(entry.Name));
        foreach (var old in before.Where(entry => children.TryGetValue(entry.Name, out var change) && change is { Removed: false, File: null, IsFolder: false }))
            entries.Add(old);
        foreach (var (name, change) in children)
        {
            if (change.File is { } file)
                entries.Add(new(name, file.Mode, file.Blob));
            else if (change.Tree is { } tree)
                entries.Add(new(name, TreeBytesEntry.Folder, tree));
        }

        before = [];
        entries.Sort(static (a, b) => string.CompareOrdinal(a.SortsAs, b.SortsAs));
        return TreeBytes.Write(entries);
    }
}
