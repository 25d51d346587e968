using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>One entry of a tree object. The name has one character for each byte, so that it compares as git compares.</summary>
internal sealed record TreeBytesEntry(string Name, string Mode, GitOid Oid)
{
    public const string Folder = "40000";

    public bool IsFolder { get; } = Mode is Folder or "040000";

    /// <summary>Git compares bytes, and a folder as if a slash stood behind it.</summary>
    public string SortsAs { get; } = Mode is Folder or "040000" ? Name + "/" : Name;
}

/// <summary>Tree objects as they are stored.</summary>
internal static class TreeBytes
{
    /// <summary>gitformat-pack says nothing of trees; their form is git's tree-walk.c: mode, a blank, the name, a zero, the id's twenty bytes.</summary>
    public static List<TreeBytesEntry> Read(ReadOnlySpan<byte> tree)
    {
        List<TreeBytesEntry> entries = [];
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

    public static byte[] Write(List<TreeBytesEntry> entries)
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

    /// <summary>What such an entry is; git's own rule for modes that it does not write itself.</summary>
    public static GitEntryKind KindOf(string mode) => mode switch
    {
        TreeBytesEntry.Folder or "040000" => GitEntryKind.Directory,
        "160000" => GitEntryKind.Submodule,
        "120000" => GitEntryKind.Symlink,
        "100755" => GitEntryKind.Executable,
        _ => GitEntryKind.File,
    };
}
