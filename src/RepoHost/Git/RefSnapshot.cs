namespace RepoHost.Git;

/// <summary>All refs of a repository at one moment, by ordinal name.</summary>
internal sealed class RefSnapshot
{
    private readonly KeyValuePair<string, GitOid>[] refs;

    public RefSnapshot(IReadOnlyDictionary<string, GitOid> found)
    {
        refs = [.. found];
        Array.Sort(refs, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
    }

    public IReadOnlyList<KeyValuePair<string, GitOid>> All => refs;

    public bool Contains(string fullName) => PositionOf(fullName) is var at && at < refs.Length && refs[at].Key == fullName;

    /// <summary>Those under a prefix such as <c>refs/heads/</c>, with the object each points at; annotated tags are not peeled.</summary>
    public ArraySegment<KeyValuePair<string, GitOid>> Under(string prefix)
    {
        var from = PositionOf(prefix);
        return new(refs, from, PositionOf(refs.AsSpan(from), name => name.StartsWith(prefix, StringComparison.Ordinal)));
    }

    /// <summary>The same, one of them before all others if it is there. Nothing is sorted: pages show a few of thousands.</summary>
    public IEnumerable<KeyValuePair<string, GitOid>> Under(string prefix, string first)
    {
        var found = Under(prefix);
        var at = first.StartsWith(prefix, StringComparison.Ordinal) && Contains(first) ? PositionOf(first) - found.Offset : -1;
        return at < 0 ? found : found.Slice(at, 1).Concat(found[..at]).Concat(found[(at + 1)..]);
    }

    private int PositionOf(string name) => PositionOf(refs, other => string.CompareOrdinal(other, name) < 0);

    /// <summary>How many of them the condition holds for; it holds for the first ones.</summary>
    private static int PositionOf(ReadOnlySpan<KeyValuePair<string, GitOid>> refs, Func<string, bool> before)
    {
        var (low, high) = (0, refs.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = before(refs[middle].Key) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
