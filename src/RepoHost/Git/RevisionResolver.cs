using System.Globalization;

namespace RepoHost.Git;

/// <summary>
/// From what a client wrote to a commit (contract 1.3 and 1.4). Client text never reaches a revision parser: names are looked up, ids are hex
/// (threats 41, 42).
/// </summary>
internal sealed class RevisionResolver(string folder, RefStore refs, ObjectReader objects)
{
    private const int ShortestId = 7;
    private const int MostCandidates = 64;

    private static readonly string[] Families = [RefName.Heads, RefName.Tags, RefName.PullRequests, RefName.Converts];

    /// <summary>HEAD; branch; tag; full ref; commit id; its beginning.</summary>
    public GitOid? Resolve(RevisionName revision)
    {
        var text = revision.Value;
        if (text == "HEAD")
            return refs.Head();
        if (text.StartsWith("refs/", StringComparison.Ordinal))
            return Array.Exists(Families, family => text.StartsWith(family, StringComparison.Ordinal)) ? Target(text) : null;
        if ((Target(RefName.Heads + text) ?? Target(RefName.Tags + text)) is { } named)
            return named;
        if (text.Length is < ShortestId or > GitOid.HexLength || text.AsSpan().ContainsAnyExcept(Hex.Digits))
            return null;
        var hex = text.ToLowerInvariant();
        return hex.Length == GitOid.HexLength
            ? GitOid.Parse(hex) is var oid && objects.FindCommit(oid) is not null ? oid : null
            : OnlyCommitBeginningWith(hex);
    }

    public (RevisionName Revision, GitOid Commit, TreePath Path)? Split(IReadOnlyList<string> pieces)
    {
        var count = pieces.Count;
        // "tree/main/" is "tree/main".
        if (count > 1 && pieces[^1].Length == 0)
            count--;
        if (count == 0)
            return null;
        if (Try(pieces, 1, count) is { } plain)
            return plain;
        for (var taken = LongestName(pieces, count); taken > 1; taken--)
        {
            if (Try(pieces, taken, count) is { } joined)
                return joined;
        }

        return null;
    }

    private (RevisionName Revision, GitOid Commit, TreePath Path)? Try(IReadOnlyList<string> pieces, int taken, int count)
    {
        if (!RevisionName.TryParse(Join(pieces, 0, taken), out var revision) || Resolve(revision) is not { } commit)
            return null;
        return TreePath.TryParse(Join(pieces, taken, count), out var path) ? (revision, commit, path) : null;
    }

    /// <summary>Most names and many paths are one piece, which needs no new text.</summary>
    private static string Join(IReadOnlyList<string> pieces, int from, int to) =>
        to - from == 1 ? pieces[from] : string.Join('/', pieces.Skip(from).Take(to - from));

    // Names are at most 512 characters long, so this bounds the number of look-ups too.
    private static int LongestName(IReadOnlyList<string> pieces, int count)
    {
        var (taken, length) = (0, -1);
        while (taken < count && (length += pieces[taken].Length + 1) <= RevisionName.MaxLength)
            taken++;
        return taken;
    }

    private GitOid? Target(string fullName)
    {
        if (refs.Resolve(fullName) is not { } oid)
            return null;
        // Only branches are sure to be commits; a tag may be an object of its own, or name a tree.
        return fullName.StartsWith(RefName.Heads, StringComparison.Ordinal) ? oid : objects.PeelToCommit(oid);
    }

    private GitOid? OnlyCommitBeginningWith(string hex)
    {
        try
        {
            var commits = StoredObjects.BeginningWith(folder, hex, MostCandidates).Where(oid => objects.FindCommit(oid) is not null).Take(2).ToArray();
            return commits is [var only] ? only : null;
        }
        catch (InvalidDataException e)
        {
            throw new GitCorruptException(objects.RepositoryId, string.Create(CultureInfo.InvariantCulture, $"looking for {hex}: {e.Message}"), e);
        }
    }
}
