using System.Text;

namespace RepoHost.Git;

/// <summary>
/// The file <c>packed-refs</c>: lines "id name", and after an annotated tag "^id" of what it points at (gitrepository-layout, git-pack-refs).
/// </summary>
internal sealed class PackedRefs
{
    private readonly Dictionary<string, GitOid> targets = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, GitOid>> All => targets;

    public GitOid? Find(string fullName) => targets.TryGetValue(fullName, out var oid) ? oid : null;

    public static PackedRefs Parse(byte[] content)
    {
        var refs = new PackedRefs();
        ReadOnlySpan<byte> rest = content;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (line.Length > GitOid.HexLength + 1 && line[GitOid.HexLength] == ' '
                && GitOid.TryParse(Encoding.ASCII.GetString(line[..GitOid.HexLength]), out var oid))
                refs.targets[Encoding.UTF8.GetString(line[(GitOid.HexLength + 1)..]).TrimEnd('\r')] = oid;
        }

        return refs;
    }
}
