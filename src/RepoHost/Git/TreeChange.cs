using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>
/// A folder, or what is to become of one entry in it, on the way to a new tree. Names are the bytes of the file system's UTF-8, one character for each: entries that
/// the change leaves alone keep their exact bytes, also where they are no UTF-8.
/// </summary>
internal sealed class TreeChange
{
    private readonly Dictionary<string, TreeChange> children = new(StringComparer.Ordinal);
    private List<Entry> before = [];

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
            var name = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(piece));
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
        before = Read(tree);
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
                entries.Add(new(name, Entry.Folder, tree));
        }

        before = [];
        entries.Sort(static (a, b) => string.CompareOrdinal(a.SortsAs, b.SortsAs));
        return Write(entries);
    }

    /// <summary>gitformat-pack says nothing of trees; their form is git's tree-walk.c: mode, a blank, the name, a zero, the id's twenty bytes.</summary>
    private static List<Entry> Read(ReadOnlySpan<byte> tree)
    {
        List<Entry> entries = [];
        while (!tree.IsEmpty)
        {
            var (blank, zero) = (tree.IndexOf((byte)' '), tree.IndexOf((byte)0));
            if (blank <= 0 || zero <= blank || tree.Length < zero + 1 + GitOid.ByteLength)
                throw new InvalidDataException("a tree can't be read.");
            entries.Add(new(
                Encoding.Latin1.GetString(tree[(blank + 1)..zero]), Encoding.ASCII.GetString(tree[..blank]), GitOid.FromBytes(tree.Slice(zero + 1, GitOid.ByteLength))));
            tree = tree[(zero + 1 + GitOid.ByteLength)..];
        }

        return entries;
    }

    private static byte[] Write(List<Entry> entries)
    {
        var content = new byte[entries.Sum(entry => entry.Mode.Length + entry.Name.Length + 2 + GitOid.ByteLength)];
        var at = 0;
        foreach (var entry in entries)
        {
            at += Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry.Mode} {entry.Name}\0"), content.AsSpan(at));
            entry.Oid.CopyTo(content.AsSpan(at));
            at += GitOid.ByteLength;
        }

        return content;
    }

    private sealed record Entry(string Name, string Mode, GitOid Oid)
    {
        public const string Folder = "40000";

        public bool IsFolder { get; } = Mode is Folder or "040000";

        /// <summary>Git compares bytes, and a folder as if a slash stood behind it.</summary>
        public string SortsAs { get; } = Mode is Folder or "040000" ? Name + "/" : Name;
    }
}
