using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>
/// One entry of a tree object, as it stands there. The name is the bytes of the file system's UTF-8, one character for each: entries that are left alone keep
/// their exact bytes, also where they are no UTF-8.
/// </summary>
internal sealed record TreeEntry(string Name, string Mode, GitOid Oid)
{
    public const string Folder = "40000";

    /// <summary>Old programs wrote it with a zero in front.</summary>
    public bool IsFolder { get; } = Mode is Folder or "040000";

    /// <summary>Git compares bytes, and a folder as if a slash stood behind it.</summary>
    public string SortsAs { get; } = Mode is Folder or "040000" ? Name + "/" : Name;

    /// <summary>gitformat-pack says nothing of trees; their form is git's tree-walk.c: mode, a blank, the name, a zero, the id's twenty bytes.</summary>
    public static List<TreeEntry> Read(ReadOnlySpan<byte> tree)
    {
        List<TreeEntry> entries = [];
        while (!tree.IsEmpty)
        {
            var (blank, zero) = (tree.IndexOf((byte)' '), tree.IndexOf((byte)0));
            if (blank <= 0 || zero <= blank || tree.Length < zero + 1 + GitOid.ByteLength)
                throw new InvalidDataException("a tree can't be read.");
            entries.Add(new(
                Encoding.Latin1.GetString(tree[(blank + 1)..zero]),
                Encoding.ASCII.GetString(tree[..blank]),
                GitOid.FromBytes(tree.Slice(zero + 1, GitOid.ByteLength))));
            tree = tree[(zero + 1 + GitOid.ByteLength)..];
        }

        return entries;
    }

    public static byte[] Write(List<TreeEntry> entries)
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
}
