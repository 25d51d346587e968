namespace RepoHost.Lfs;

/// <summary>
/// A pattern of <c>.gitattributes</c> and <c>.gitignore</c> (gitignore, "PATTERN FORMAT", as gitattributes restricts it): without a slash it is matched against the last
/// piece of a path, else against the whole path from the folder of the file it stands in. Matching takes time proportional to pattern times path,
/// whatever the pattern.
/// </summary>
internal sealed class GlobPattern
{
    private readonly GlobPiece?[] pieces;
    private readonly bool nameOnly;

    private GlobPattern(GlobPiece?[] pieces, bool nameOnly)
    {
        this.pieces = pieces;
        this.nameOnly = nameOnly;
    }

    /// <summary>Null for a pattern that can't match any file: one that ends with a slash, is negated, or is malformed.</summary>
    public static GlobPattern? Parse(string text)
    {
        if (text.Length == 0 || text[0] == '!' || text[^1] == '/')
            return null;
        var nameOnly = !text.Contains('/', StringComparison.Ordinal);
        var parts = (text[0] == '/' ? text[1..] : text).Split('/');
        var pieces = new GlobPiece?[parts.Length];
        for (var at = 0; at < parts.Length; at++)
        {
            // "**" stands for folders only as a whole piece; elsewhere it is "*".
            if (!nameOnly && parts[at] == "**")
                continue;
            if (GlobPiece.Parse(parts[at]) is not { } piece)
                return null;
            pieces[at] = piece;
        }

        return new GlobPattern(pieces, nameOnly);
    }

    public bool Matches(ReadOnlySpan<string> path)
    {
        if (nameOnly)
            return pieces[0]!.Matches(path[^1]);
        // "abc/**" is everything inside abc, not abc itself.
        return pieces[^1] is null ? MatchesBeginning(pieces.AsSpan(0, pieces.Length - 1), path) : MatchesWhole(pieces, path);
    }

    private static bool MatchesBeginning(ReadOnlySpan<GlobPiece?> wanted, ReadOnlySpan<string> path)
    {
        for (var taken = 0; taken < path.Length; taken++)
        {
            if (MatchesWhole(wanted, path[..taken]))
                return true;
        }

        return false;
    }

    private static bool MatchesWhole(ReadOnlySpan<GlobPiece?> wanted, ReadOnlySpan<string> path)
    {
        var (at, next) = (0, 0);
        var (retryAt, retryNext) = (-1, 0);
        while (at < path.Length)
        {
            if (next < wanted.Length && wanted[next] is null)
            {
                (retryAt, retryNext) = (at, ++next);
            }
            else if (next < wanted.Length && wanted[next]!.Matches(path[at]))
            {
                at++;
                next++;
            }
            else if (retryAt >= 0)
            {
                // Let the last "**" take one folder more.
                (at, next) = (++retryAt, retryNext);
            }
            else
            {
                return false;
            }
        }

        while (next < wanted.Length && wanted[next] is null)
            next++;
        return next == wanted.Length;
    }
}
